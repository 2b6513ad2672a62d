import type { StartProgress } from '@pileus/device-sdk'
import { formatDuration } from './duration.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable-text.ts'
import { programName } from './program-name.ts'
import { quoteForShell } from './secrets.ts'

/** Where the device is in its life, and what it has done. Times are in ms since 1970. */
export interface DeviceRunState {
  readonly id: string
  readonly mqttUrl: string
  readonly httpUrl: string
  readonly phase: Phase
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly operations: number
  /** That the device shows so that the operator can repeat it. */
  readonly securityToken?: string
}

export type Phase =
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'asking'
      readonly since: number
      readonly poll: number
      readonly polledAt: number
    }
  | { readonly kind: 'connected'; readonly since: number }
  | {
      readonly kind: 'away'
      readonly reason: string
      readonly attempt: number
      readonly nextAt: number
    }

export function afterProgress(
  state: DeviceRunState,
  progress: StartProgress,
  now: number,
): DeviceRunState {
  switch (progress.kind) {
    case 'asking': {
      const { since, poll } = progress
      return { ...state, phase: { kind: 'asking', since, poll, polledAt: now } }
    }
    case 'credentialsReceived':
    case 'connecting':
      return { ...state, phase: { kind: 'connecting' } }
    case 'connected':
      return { ...state, phase: { kind: 'connected', since: now } }
    case 'started':
      return state
    case 'reconnecting': {
      const { reason, attempt, inMs } = progress
      return { ...state, phase: { kind: 'away', reason, attempt, nextAt: now + inMs } }
    }
  }
}

/** The device asks every few seconds; this is what to say until the next time. */
export const pollEveryMs = 6000

/** What is shown below the log, in place. */
export function renderState(state: DeviceRunState, now: number, paint: Paint): readonly string[] {
  const { phase, id, mqttUrl } = state
  const name = printable(id)
  switch (phase.kind) {
    case 'connecting':
      return [`${paint('quiet', '…')} ${name} connects to ${mqttUrl}`]
    case 'asking': {
      const waited = formatDuration(now - phase.since)
      const next = untilNext(phase.polledAt + pollEveryMs, now)
      return [
        `${paint('warning', '…')} ${name} waits for an operator to let it in`,
        `  for ${waited} now; it has asked ${times(phase.poll)}, next time in ${next}`,
      ]
    }
    case 'connected':
      return [`${paint('good', '●')} ${name} is connected, ${countsOf(state)}. Ctrl-C ends it.`]
    case 'away':
      return [
        `${paint('bad', '●')} ${name} is not connected: ${printable(phase.reason)}. Attempt ${phase.attempt} in ${untilNext(phase.nextAt, now)}.`,
      ]
  }
}

/**
 * What an operator does now, as lines of the log, since an address that is cut off is of no use. The
 * device cannot tell whether it is announced: whoever is not hears the same silence.
 */
export function operatorSteps({ id, httpUrl, securityToken }: DeviceRunState): readonly string[] {
  const name = quoteForShell(id)
  return [
    `To let ${printable(id)} in`,
    `  in a browser:   ${httpUrl}/console/registration?externalId=${encodeURIComponent(id)}`,
    `  or announce it: ${programName} registration add ${name}`,
    `  and let it in:  ${programName} registration accept ${name}`,
    ...(securityToken === undefined ? [] : [`  with the token: ${printable(securityToken)}`]),
  ]
}

export function countsOf({ sent, acknowledged, refused, operations }: DeviceRunState): string {
  return [
    `${sent} sent`,
    `${acknowledged} acknowledged`,
    `${refused} refused`,
    `${operations} ${operations === 1 ? 'operation' : 'operations'}`,
  ].join(', ')
}

/**
 * What becomes a line of the log when the device gets on; undefined where that would only repeat
 * what is known. `isLive`: the present state is shown all the time, too.
 */
export function progressLine(
  state: DeviceRunState,
  progress: StartProgress,
  credentialsFile: string,
  isLive: boolean,
): string | undefined {
  switch (progress.kind) {
    case 'asking':
      return isLive || !isWorthALine(progress.poll)
        ? undefined
        : `waiting for an operator to let it in; asked ${times(progress.poll)}`
    case 'credentialsReceived':
      return `let in as ${printable(progress.tenant)}/${printable(progress.user)}; its password is kept in ${credentialsFile}`
    case 'connecting':
      return undefined
    case 'connected':
      return `connected to ${state.mqttUrl}`
    case 'started':
      return undefined
    case 'reconnecting':
      return `not connected: ${printable(progress.reason)}. Attempt ${progress.attempt} in ${untilNext(progress.inMs, 0)}`
  }
}

/** The first ten questions, then ever fewer: a log need not fill up overnight. */
function isWorthALine(poll: number): boolean {
  return poll <= 10 || (poll <= 100 ? poll % 10 === 0 : poll % 100 === 0)
}

/** Whole seconds, and never none while there is something to wait for. */
function untilNext(at: number, now: number): string {
  return formatDuration(Math.ceil(Math.max(0, at - now) / 1000) * 1000)
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

export function formatClock(now: number): string {
  return new Date(now).toTimeString().slice(0, 8)
}
