import type { ConsoleRegistrationRepresentation } from '@pileus/rest-contract'
import { formatDuration } from './duration.ts'
import { noPaint, type Paint, type Style } from './paint.ts'
import { alignColumns, printable } from './printable-text.ts'
import { programName } from './program-name.ts'
import { quoteForShell } from './secrets.ts'

/** A request as these lines tell it. */
export type Registration = ConsoleRegistrationRepresentation

/** The words of the console for each status (console §3.11). */
const statusWords = {
  WAITING_FOR_CONNECTION: { words: 'Waiting for connection', style: 'quiet' },
  PENDING_ACCEPTANCE: { words: 'Pending acceptance', style: 'warning' },
  ACCEPTED: { words: 'Accepted', style: 'good' },
  BLOCKED: { words: 'Blocked', style: 'bad' },
} as const satisfies Record<
  Registration['status'],
  { readonly words: string; readonly style: Style }
>

/** `now` in ms, as everywhere here. */
export function renderRegistrations(
  registrations: readonly Registration[],
  now: number,
  paint: Paint,
): readonly string[] {
  if (registrations.length === 0) {
    return [`No device is expected. To expect one: ${programName} registration add <id>`]
  }
  const head = ['ID', 'STATUS', 'SINCE', 'EXPIRES IN', 'ASKED FROM', 'NOTE']
  const rows = registrations.map((registration) => [
    printable(registration.id),
    paint(statusWords[registration.status].style, statusWords[registration.status].words),
    since(registration.statusSince, now),
    registration.expiresAt === undefined ? 'never' : until(registration.expiresAt, now),
    registration.claimants.map(({ address }) => address).join(', ') || '–',
    noteOf(registration),
  ])
  const [headLine = '', ...lines] = alignColumns([head, ...rows])
  return [paint('strong', headLine), ...lines]
}

function noteOf({ isContested, tokenPresented, handedOutFirst, status }: Registration): string {
  if (status === 'BLOCKED') return 'reject it and add it again'
  if (handedOutFirst !== undefined) return 'has its password, has not logged in'
  if (isContested) return 'contested: two addresses ask'
  return tokenPresented && status === 'PENDING_ACCEPTANCE' ? 'needs its security token' : ''
}

/** What an operator should see before deciding (security S-4.4). */
export function describeRegistration(
  registration: Registration,
  now: number,
  paint: Paint,
): readonly string[] {
  const { id, status, statusSince, claimants } = registration
  const { words, style } = statusWords[status]
  return [
    `${printable(id)}  ${paint(style, words)} for ${since(statusSince, now)}`,
    ...claimants.map(
      ({ address, polls, firstSeen, lastSeen }) =>
        `  asked from ${printable(address)}  ${polls} ${polls === 1 ? 'time' : 'times'}, first ${since(firstSeen, now)} ago, last ${since(lastSeen, now)} ago`,
    ),
  ]
}

/** What to do after the platform has refused to accept; its own sentence says why. */
export function explainRefusal(registration: Registration, now: number): readonly string[] {
  const { id, status, isContested, tokenPresented, tokenAttemptsLeft } = registration
  const name = quoteForShell(id)
  switch (status) {
    case 'WAITING_FOR_CONNECTION':
      return [
        'Is it switched on, does it reach the platform, and is the id spelled as the device spells it?',
        `To see when it asks: ${programName} registration list --watch`,
      ]
    case 'BLOCKED':
      return [
        `Five wrong security tokens have blocked it. Is this the right device? To begin anew:`,
        `  ${programName} registration reject ${name} && ${programName} registration add ${name}`,
      ]
    case 'PENDING_ACCEPTANCE':
    case 'ACCEPTED': {
      const attempts = tokenPresented
        ? [`${tokenAttemptsLeft} wrong tokens more and the request is blocked.`]
        : []
      if (!isContested) return attempts
      return [
        ...describeRegistration(registration, now, noPaint).slice(1),
        'Find out which of them is yours. With its security token: --token. Otherwise switch the other one off,',
        `reject ${name} and add it again; or accept with --force, and the one that asked last gets the password.`,
        ...attempts,
      ]
    }
  }
}

/** A line for each request that is new, has changed or is gone, for output that is no terminal. */
export function newsOf(
  before: readonly Registration[],
  after: readonly Registration[],
): readonly string[] {
  const old = new Map(before.map((registration) => [registration.id, registration]))
  const changed = after.filter(({ id, status, isContested }) => {
    const known = old.get(id)
    return known?.status !== status || known.isContested !== isContested
  })
  const ids = new Set(after.map(({ id }) => id))
  return [
    ...changed.map((registration) => {
      const note = noteOf(registration)
      const { words } = statusWords[registration.status]
      return `${printable(registration.id)}: ${words}${note === '' ? '' : `, ${note}`}`
    }),
    ...before.filter(({ id }) => !ids.has(id)).map(({ id }) => `${printable(id)}: closed`),
  ]
}

function since(time: string, now: number): string {
  return formatDuration(now - Date.parse(time))
}

function until(time: string, now: number): string {
  return formatDuration(Date.parse(time) - now)
}
