import type { ConsoleRegistrationRepresentation } from '@pileus/rest-contract'
import { quoteForShell } from '../parts/copy-formats.ts'

/** The way of a device that was just registered (console §4.4). */
export const steps = [
  'Waiting for connection',
  'First contact',
  'Pending acceptance',
  'Accepted',
  'First data',
] as const

/** What is known of one device at a moment. */
export interface DeviceProgress {
  /** The open request; `undefined` while it has not been read, `gone` after it ended. */
  readonly request: ConsoleRegistrationRepresentation | 'gone' | undefined
  /** Whether the request was seen accepted: then its end is the first login of the device. */
  readonly wasAccepted: boolean
  /** The managed object with this external id, once there is one. */
  readonly managedObjectId: string | undefined
}

export type FollowState =
  /** `current` is the step that is waited for; those before it are done. */
  | { readonly kind: 'underWay'; readonly current: number }
  | { readonly kind: 'blocked' }
  /** The request ended before it was seen accepted, and the device has not shown up. */
  | { readonly kind: 'over' }
  | { readonly kind: 'done'; readonly managedObjectId: string }

/** Where a device is. An object that was there before counts only once the request has ended. */
export function followDevice({
  request,
  wasAccepted,
  managedObjectId,
}: DeviceProgress): FollowState {
  if (request === undefined) return { kind: 'underWay', current: 0 }
  if (request === 'gone') {
    if (managedObjectId !== undefined) return { kind: 'done', managedObjectId }
    return wasAccepted ? { kind: 'underWay', current: 4 } : { kind: 'over' }
  }
  switch (request.status) {
    case 'WAITING_FOR_CONNECTION':
      return { kind: 'underWay', current: 0 }
    case 'PENDING_ACCEPTANCE':
      return { kind: 'underWay', current: 2 }
    case 'ACCEPTED':
      return { kind: 'underWay', current: request.handedOutFirst === undefined ? 3 : 4 }
    case 'BLOCKED':
      return { kind: 'blocked' }
  }
}

/** Silence of a device after which the page helps to find out why. */
export const silenceMs = 60_000

/** Why a device may be silent at its step, most likely first; empty while nothing is unusual. */
export function findHints(
  state: FollowState,
  silentForMs: number,
  { id, host }: { readonly id: string; readonly host: string },
): readonly string[] {
  if (state.kind !== 'underWay' || silentForMs < silenceMs) return []
  switch (state.current) {
    case 0:
      return [
        `The device must connect with exactly this id as its MQTT client id: ${id}. Upper and lower case differ.`,
        `Host and port: the device must reach ${host} on the MQTT port, 1883 unless configured otherwise. A loopback address is reached from this machine only.`,
        'User and password: it connects as management/devicebootstrap with the bootstrap password that the platform showed at its first start.',
        'Over TLS the clock of the device must be right, and it must trust the certificate of the platform.',
        'It must publish to s/ucr; a connection alone is not a request.',
      ]
    case 3:
      return [
        'The device fetches its credentials with its next request: it must publish to s/ucr again, subscribed to s/dcr.',
        'If the request was made with a token, the device must send the same token again.',
        'Credentials go to the accepted address only. A device whose address has changed waits a minute.',
      ]
    case 4:
      return [
        'The device appears with the first row that it sends with its own credentials, for example 100,<name>,<type> on s/us.',
        'If it lost the answer with its credentials, it can ask again within ten minutes.',
      ]
    default:
      return []
  }
}

/** Commands that play the device, with the bootstrap password as a variable. */
export function formatTrialCommands(
  id: string,
  { hostname, origin }: { readonly hostname: string; readonly origin: string },
): readonly { readonly label: string; readonly command: string }[] {
  const body = quoteForShell(JSON.stringify({ id }))
  return [
    {
      label: 'A complete device',
      command: `npx pileus device run --id ${quoteForShell(id)} --mqtt mqtt://${hostname}:1883 --url ${origin}`,
    },
    {
      label: 'Asks once, over MQTT',
      command: `mosquitto_pub -h ${hostname} -p 1883 -i ${quoteForShell(id)} -u management/devicebootstrap -P "$BOOTSTRAP" -q 1 -t s/ucr -n`,
    },
    {
      label: 'Asks over REST; once accepted, the answer holds the credentials',
      command: `curl -u "management/devicebootstrap:$BOOTSTRAP" -H 'Content-Type: application/json' -d ${body} ${origin}/devicecontrol/deviceCredentials`,
    },
  ]
}
