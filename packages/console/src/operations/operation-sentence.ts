import { fragmentsOf, isObject } from './operation.ts'

type Fragment = Readonly<Record<string, unknown>>

/**
 * What operations ask for, by fragment, in the words of the operator. The fragment comes as an
 * object; one that is not is an empty one.
 *
 * @see device-management §4
 */
const sentences: Readonly<Record<string, (fragment: Fragment, value: unknown) => string>> = {
  c8y_Restart: () => 'Restart device',
  c8y_Command: ({ text }) => `Shell: ${words(text) ?? 'no command'}`,
  c8y_SendConfiguration: () => 'Request the configuration',
  c8y_Configuration: () => 'Send a configuration',
  c8y_UploadConfigFile: ({ type }) => withName('Retrieve configuration', type),
  c8y_DownloadConfigFile: ({ type }) => withName('Send configuration', type),
  c8y_LogfileRequest: ({ logFile }) => withName('Retrieve log', logFile),
  c8y_Firmware: ({ name, version }) => withName('Install firmware', join(name, version)),
  c8y_SoftwareUpdate: (_, value) => `Change software: ${count(value, 'package')}`,
  c8y_SoftwareList: (_, value) => `Set software: ${count(value, 'package')}`,
  c8y_DeviceProfile: () => 'Assign a device profile',
  c8y_Relay: ({ relayState }) => withName('Set relay', relayState),
  c8y_RelayArray: (_, value) => `Set ${count(value, 'relay')}`,
  c8y_MeasurementRequestOperation: ({ requestName }) => withName('Get measurements', requestName),
  c8y_Network: () => 'Change the network',
  c8y_CommunicationMode: ({ mode }) => withName('Set communication mode', mode),
  c8y_RemoteAccessConnect: ({ hostname, port }) =>
    withName('Open remote access', join(hostname, port)),
  c8y_ServiceCommand: ({ command, serviceName }) =>
    `${words(command) ?? 'Command'} ${words(serviceName) ?? 'service'}`,
  c8y_ParameterUpdate: () => 'Change parameters',
}

/**
 * One line that says what an operation is: its description, else a sentence made from the first
 * fragment that has one, else the name of its first fragment. Text of devices and programs.
 */
export function describeOperation(operation: Readonly<Record<string, unknown>>): string {
  const description = words(operation['description'])
  const isSaid = description !== undefined && !isCommandDescription(description, operation)
  return isSaid ? description : describeFragments(fragmentsOf(operation))
}

/** What consoles write above every command says less than the command (device-management §4.2). */
function isCommandDescription(
  description: string,
  operation: Readonly<Record<string, unknown>>,
): boolean {
  return (
    Object.hasOwn(operation, 'c8y_Command') && /^Execute shell command(?:$|:)/.test(description)
  )
}

function describeFragments(fragments: Fragment): string {
  const names = Object.keys(fragments)
  const known = names.find((name) => Object.hasOwn(sentences, name))
  const sentence = known === undefined ? undefined : sentences[known]
  if (known === undefined || sentence === undefined) return names[0] ?? 'Operation'
  const value = fragments[known]
  return sentence(isObject(value) ? value : {}, value)
}

/** One line of text, or undefined where there is none. */
function words(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  const line = value.trim().replace(/\s+/g, ' ')
  return line === '' ? undefined : line
}

function join(...values: readonly unknown[]): string {
  return values
    .map(words)
    .filter((value) => value !== undefined)
    .join(' ')
}

function withName(sentence: string, name: unknown): string {
  const shown = words(name)
  return shown === undefined ? sentence : `${sentence}: ${shown}`
}

function count(list: unknown, noun: string): string {
  const length = Array.isArray(list) ? list.length : 0
  return `${length} ${noun}${length === 1 ? '' : 's'}`
}
