/** Whether a text may be the topic of a PUBLISH. @see MQTT 3.1.1 §4.7.1, §4.7.3 */
export function isTopicName(text: string): boolean {
  return hasTopicSize(text) && !text.includes('+') && !text.includes('#')
}

/** Whether a text may be subscribed. @see MQTT 3.1.1 §4.7.1, §4.7.3 */
export function isTopicFilter(text: string): boolean {
  if (!hasTopicSize(text)) return false
  return text.split('/').every((level, index, levels) => {
    if (level === '+') return true
    if (level === '#') return index === levels.length - 1
    return !level.includes('+') && !level.includes('#')
  })
}

/** UTF-8 has at most three bytes for each UTF-16 unit, so only long texts are counted. */
function hasTopicSize(text: string): boolean {
  if (text.length === 0 || text.includes('\0')) return false
  return text.length * 3 <= 0xffff || new TextEncoder().encode(text).length <= 0xffff
}

/**
 * Whether a valid filter covers a valid topic.
 *
 * `#` includes the level above it: `s/dc/#` covers `s/dc`. A wildcard in the first place does not
 * cover topics that begin with `$`.
 *
 * @see MQTT 3.1.1 §4.7.1, §4.7.2
 */
export function coversTopic(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false
  let filterAt = 0
  let topicAt = 0
  for (;;) {
    const filterEnd = endOfLevel(filter, filterAt)
    const level = filter.slice(filterAt, filterEnd)
    if (level === '#') return true
    const topicEnd = endOfLevel(topic, topicAt)
    if (level !== '+' && level !== topic.slice(topicAt, topicEnd)) return false
    if (topicEnd === topic.length) {
      return filterEnd === filter.length || filter.slice(filterEnd) === '/#'
    }
    if (filterEnd === filter.length) return false
    filterAt = filterEnd + 1
    topicAt = topicEnd + 1
  }
}

function endOfLevel(text: string, start: number): number {
  const slash = text.indexOf('/', start)
  return slash === -1 ? text.length : slash
}
