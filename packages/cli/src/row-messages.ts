import { csvLimits, locateFields } from '@pileus/smartrest'

/**
 * The rows of a payload as few messages as the platform takes: a packet of MQTT has at most 16184
 * bytes with its topic and header, and a message at most 1024 rows (mqtt-endpoint §5.10, §12).
 * A single row that is too long is a message all the same; whoever sends it has to look.
 */
export function splitMessages(payload: string, bytesMax: number): readonly string[] {
  const starts = locateFields(payload, { ...csvLimits, rowsMax: Number.MAX_SAFE_INTEGER }).flatMap(
    ([first]) => (first === undefined ? [] : [first[0]]),
  )
  const messages: string[] = []
  let message = ''
  let rows = 0
  for (const [index, start] of starts.entries()) {
    const row = payload.slice(start, starts[index + 1]).replace(/[\r\n]+$/, '')
    const longer = message === '' ? row : `${message}\n${row}`
    if (message !== '' && (rows === csvLimits.rowsMax || byteLength(longer) > bytesMax)) {
      messages.push(message)
      message = row
      rows = 1
    } else {
      message = longer
      rows += 1
    }
  }
  return message === '' ? messages : [...messages, message]
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
