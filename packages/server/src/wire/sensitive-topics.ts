/**
 * Where devices and platform exchange credentials: what is said there is never kept. In any case of
 * letters and with anything behind, since a device that misspells the topic sends the same.
 *
 * @see security S-11.11
 */
export const sensitiveTopics = [
  { topic: 's/ucr', holds: 'the security token of a device that registers' },
  { topic: 's/dcr', holds: 'user name and password for a device' },
  { topic: 's/uat', holds: 'nothing, unless a device sends its old token' },
  { topic: 's/dat', holds: 'a token for REST' },
] as const

const names: ReadonlySet<string> = new Set(sensitiveTopics.map(({ topic }) => topic))

export function isSensitiveTopic(topic: string): boolean {
  const [first = '', second = ''] = topic.replace(/^\/+/, '').toLowerCase().split('/', 2)
  return names.has(`${first}/${second}`)
}

/** What no payload should hold, whatever its topic (security S-11.12). */
const secretForms =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY|\beyJ[\w-]{8,}\.[\w-]{8,}\.|\bBearer\s+\S|:\/\/[^\s/@:]{0,100}:[^\s/@]{1,100}@/i

export function holdsSecret(text: string): boolean {
  return secretForms.test(text)
}
