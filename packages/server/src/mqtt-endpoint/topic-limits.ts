import { isTopicFilter } from '@pileus/mqtt-wire'
import type { MqttLimits } from './limits.ts'

type TopicLimits = Pick<MqttLimits, 'topicBytes' | 'topicLevels'>

/**
 * Why nobody may publish to the topic, as one sentence; `undefined` where it is for the gateway
 * to judge. Such a PUBLISH closes the connection.
 *
 * @see mqtt-endpoint §8, security §10.1
 */
export function findPublishTopicProblem(topic: string, limits: TopicLimits): string | undefined {
  if (topic.length === 0) return 'The topic is empty.'
  if (topic.startsWith('$')) return 'Topics that begin with $ belong to the server.'
  if (/[+#]/.test(topic)) return 'The topic contains a wildcard.'
  if (topic.includes('\0')) return 'The topic contains the character U+0000.'
  if (countLevels(topic) > limits.topicLevels) {
    return `The topic has more than ${limits.topicLevels} levels.`
  }
  if (!fitsBytes(topic, limits.topicBytes)) {
    return `The topic is longer than ${limits.topicBytes} bytes.`
  }
  return undefined
}

/** Whether a filter is well-formed and within the limits, so that the gateway may see it. */
export function isAcceptableFilter(filter: string, limits: TopicLimits): boolean {
  return (
    fitsBytes(filter, limits.topicBytes) &&
    countLevels(filter) <= limits.topicLevels &&
    isTopicFilter(filter)
  )
}

/** UTF-8 has at most three bytes for each UTF-16 unit, so only long texts are counted. */
export function fitsBytes(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax
}

function countLevels(topic: string): number {
  let levels = 1
  for (let at = topic.indexOf('/'); at !== -1; at = topic.indexOf('/', at + 1)) levels++
  return levels
}
