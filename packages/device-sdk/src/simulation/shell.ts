import type { ColdRoomState } from './cold-room.ts'

export interface ShellContext {
  readonly id: string
  readonly state: ColdRoomState
  /** Since it was started, in ms. */
  readonly upMs: number
}

/**
 * What a simulated device answers to a command (`c8y_Command`). It only pretends to be a shell, and
 * says so. Throws where there is no such command: the operation fails with that.
 */
export function runCommand(text: string, context: ShellContext): string {
  const [name = '', ...rest] = text.trim().split(/\s+/)
  const command = commands.get(name)
  if (command === undefined) {
    const known = [...commands.keys()].join(', ')
    throw new Error(`This simulated device has no command "${name}". It has: ${known}`)
  }
  return command(context, rest.join(' '))
}

type Command = (context: ShellContext, rest: string) => string

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['help', () => `A simulated device. Commands: ${[...commands.keys()].join(', ')}`],
  ['echo', (_, rest) => rest],
  ['hostname', ({ id }) => id],
  ['uptime', ({ upMs }) => `up ${Math.floor(upMs / 60_000)} min`],
  ['temperature', ({ state }) => `${state.temperature} °C`],
  [
    'status',
    ({ state: { temperature, isDoorOpen, alarms } }) =>
      [
        `temperature: ${temperature} °C`,
        `door: ${isDoorOpen ? 'open' : 'closed'}`,
        `alarms: ${alarms.length === 0 ? 'none' : alarms.join(', ')}`,
      ].join('\n'),
  ],
])
