import { DeviceError, type DeviceErrorCode } from '@pileus/device-sdk'
import { CommandFailure, type ExitName } from './exit-codes.ts'
import { printable } from './printable-text.ts'

export interface DevicePlace {
  readonly id: string
  readonly mqttUrl: string
  /** Where the device's credentials are kept, or else what it logged in with. */
  readonly credentialsFrom: string
  /** It was still asking for credentials. */
  readonly isAsking: boolean
  /** Where the bootstrap password came from. */
  readonly bootstrapFrom?: string
}

const exits: Readonly<Record<DeviceErrorCode, ExitName>> = {
  noCredentials: 'configuration',
  credentialsRefused: 'noPermission',
  clientIdRefused: 'usage',
  subscriptionRefused: 'noPermission',
  queueFull: 'unavailable',
  messageTooLarge: 'usage',
  valueRefused: 'usage',
  noReply: 'unavailable',
  unsafeCredentials: 'noPermission',
  closed: 'unavailable',
}

/** Why a device could not go on, with what to do about it; anything else as it is. */
export function explainDeviceFailure(error: unknown, place: DevicePlace): unknown {
  if (!(error instanceof DeviceError)) return error
  return new CommandFailure(exits[error.code], ...sentences(error, place))
}

function sentences(
  error: DeviceError,
  { id, mqttUrl, credentialsFrom, isAsking, bootstrapFrom }: DevicePlace,
): readonly [message: string, ...advice: string[]] {
  switch (error.code) {
    case 'credentialsRefused':
      break
    case 'clientIdRefused':
      return [
        `${mqttUrl} does not take ${printable(id)} for the id of a device (${printable(error.message)}).`,
        'Ids have 1 to 247 characters, none of them a blank, a control character or / \\ $ + # :',
      ]
    case 'unsafeCredentials':
      return [
        `${printable(error.message)}.`,
        'Without that file the device asks for new ones; --credentials names another.',
      ]
    default:
      return [`${printable(error.message)}.`]
  }
  if (isAsking) {
    return [
      `${mqttUrl} does not let devices ask with this bootstrap password.`,
      `It came from ${bootstrapFrom}; the platform has shown the right one at its first start.`,
    ]
  }
  return [
    `${mqttUrl} does not let ${printable(id)} in with the credentials from ${credentialsFrom}.`,
    'If they belong to another platform, or its user was deleted: remove that file, and it asks for new ones.',
  ]
}
