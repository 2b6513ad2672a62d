import type { DeviceIdentifier } from '@pileus/domain'
import { parseDeviceIdentifier } from '@pileus/domain'

export type ClientId =
  | {
      readonly kind: 'device'
      readonly deviceIdentifier: DeviceIdentifier
      /** Collection behind `s/ud` and `s/dd`. */
      readonly defaultTemplate?: string
    }
  | { readonly kind: 'refused'; readonly returnCode: 2 | 5; readonly reason: string }

/** MQTT 3.1 allows that many characters. */
const characters31Max = 23
const connectionTypes: ReadonlySet<string> = new Set(['d', ''])
// What topics use for themselves; white space and control characters.
const forbiddenInTemplate = /[\u0000-\u0020\u007f-\u009f/+#:]/

/**
 * Reads `<deviceIdentifier>`, `<type>:<deviceIdentifier>` or
 * `<type>:<deviceIdentifier>:<defaultTemplate>`; the only connection type is `d`.
 *
 * @see mqtt-endpoint §3
 */
export function parseClientId(text: string, protocolLevel: 3 | 4): ClientId {
  if (protocolLevel === 3 && text.length > characters31Max) {
    const reason = `MQTT 3.1 allows ${characters31Max} characters in a ClientId`
    return { kind: 'refused', returnCode: 5, reason }
  }
  const parts = text.split(':')
  const [type, identifier, template] = parts.length === 1 ? ['d', text, ''] : parts
  if (parts.length > 3 || !connectionTypes.has(type ?? '')) {
    return refuse('The ClientId must be <id>, d:<id> or d:<id>:<template>')
  }
  const deviceIdentifier = parseDeviceIdentifier(identifier ?? '', 254)
  if (deviceIdentifier === undefined) {
    return refuse('The device id must have 1 to 254 characters without white space, / \\ $ + # :')
  }
  if (template === undefined || template === '') return { kind: 'device', deviceIdentifier }
  if (forbiddenInTemplate.test(template)) {
    return refuse('The default template must have no white space, / + # :')
  }
  return { kind: 'device', deviceIdentifier, defaultTemplate: template }
}

function refuse(reason: string): ClientId {
  return { kind: 'refused', returnCode: 2, reason }
}
