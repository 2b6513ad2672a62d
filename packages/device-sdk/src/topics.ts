import { DeviceError } from './device-error.ts'
import { byteLength } from './messages.ts'

/** Where rows about the device itself or one below it are sent (mqtt-endpoint §6.3). */
export function topicOf(deviceId: string, id: string): string {
  return id === deviceId ? 's/us' : `s/us/${id}`
}

/** Why rows about a device below cannot be sent, in words; undefined where they can. */
export function findChildIdProblem(deviceId: string, childId: string): string | undefined {
  const isLevel = childId !== '' && !/[/+#\0]/.test(childId)
  return findTopicProblem(topicOf(deviceId, childId), isLevel)
}

/** Throws `valueRefused` where rows about a device below cannot be sent. */
export function refuseBadChildId(deviceId: string, childId: string): void {
  refuse(findChildIdProblem(deviceId, childId))
}

/** Throws `valueRefused` where nothing can be published. */
export function refuseBadTopic(topic: string): void {
  refuse(findTopicProblem(topic, !/[+#\0]|^\$|^$/.test(topic)))
}

/** A server ends the connection over such a topic, each time it is sent (mqtt-endpoint §8). */
function findTopicProblem(topic: string, isName: boolean): string | undefined {
  const fits = byteLength(topic) <= topicBytesMax && topic.split('/').length <= topicLevelsMax
  return isName && fits ? undefined : `Nothing can be sent to the topic "${topic}"`
}

/** security §10 */
const topicBytesMax = 512
const topicLevelsMax = 10

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new DeviceError('valueRefused', problem)
}
