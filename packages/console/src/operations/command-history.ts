/** Commands sent to one device, oldest first. */
export type CommandHistory = readonly string[]

const commandsMax = 50
const devicesMax = 100
/** Longer commands are sent, but not remembered. */
const commandCharsMax = 4_000

/** The command last, once; the oldest go. */
export function rememberCommand(history: CommandHistory, command: string): CommandHistory {
  if (command.length > commandCharsMax) return history
  return [...history.filter((each) => each !== command), command].slice(-commandsMax)
}

/** Where the user is while going through the history with the arrow keys. */
export interface HistoryPlace {
  /** Index into the history; its length is the draft below the newest command. */
  readonly index: number
  /** What was being written when the way began. */
  readonly draft: string
}

/** One step older (-1) or newer (+1); undefined at either end, where nothing changes. */
export function stepHistory(
  history: CommandHistory,
  { index, draft }: HistoryPlace,
  step: -1 | 1,
): { readonly place: HistoryPlace; readonly text: string } | undefined {
  const next = index + step
  if (next < 0 || next > history.length) return undefined
  return { place: { index: next, draft }, text: history[next] ?? draft }
}

/** Histories by device, the one used last at the end. */
type Histories = readonly (readonly [device: string, history: CommandHistory])[]

/** `undefined` removes it. */
export function withHistory(
  histories: Histories,
  device: string,
  history: CommandHistory | undefined,
): Histories {
  const others = histories.filter(([each]) => each !== device)
  return history === undefined ? others : [...others, [device, history] as const].slice(-devicesMax)
}

/** What the storage of the browser holds; whatever does not fit is as if it were not there. */
export function parseHistories(text: string | undefined): Histories {
  let stored: unknown
  try {
    stored = JSON.parse(text ?? '[]')
  } catch {
    return []
  }
  if (!Array.isArray(stored)) return []
  return stored.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return []
    const [device, history] = each as readonly unknown[]
    if (typeof device !== 'string' || !Array.isArray(history)) return []
    const commands = history.filter((command: unknown) => typeof command === 'string')
    return [[device, commands.slice(-commandsMax)] as const]
  })
}

const storageKey = 'pileus.commands'

/** Names a device among those of all tenants and users of this browser. */
export function historyKey(owner: {
  readonly tenantId: string
  readonly userName: string
  readonly deviceId: string
}): string {
  return [owner.tenantId, owner.userName, owner.deviceId].map(encodeURIComponent).join('/')
}

export function readHistory(device: string): CommandHistory {
  return parseHistories(readStored()).find(([each]) => each === device)?.[1] ?? []
}

/** Keeps it in this browser; where that is refused it lasts as long as the page. */
export function storeHistory(device: string, history: CommandHistory | undefined): void {
  try {
    const histories = withHistory(parseHistories(readStored()), device, history)
    localStorage.setItem(storageKey, JSON.stringify(histories))
  } catch {
    // Storage is switched off or full.
  }
}

function readStored(): string | undefined {
  try {
    return localStorage.getItem(storageKey) ?? undefined
  } catch {
    return undefined
  }
}
