// The notation in which the tests of this package write bytes down.

/** Protocol name and level at the beginning of CONNECT, written by name. */
const abbreviations = {
  MQTT4: '0004 4d515454 04',
  MQIsdp3: '0006 4d5149736470 03',
} as const

/** Bytes in hexadecimal, with spaces for the eye; `00*9` repeats a byte. */
export function bytesOf(hex: string): Uint8Array {
  const digits = hex
    .replace('MQTT4', abbreviations.MQTT4)
    .replace('MQIsdp3', abbreviations.MQIsdp3)
    .replace(/(..)\*(\d+)/, (_, byte: string, count: string) => byte.repeat(Number(count)))
    .replaceAll(' ', '')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** The rows of a table with `|` between its cells, one row a line. */
export function rowsOf(table: string): readonly (readonly string[])[] {
  const lines = table.split('\n').filter((line) => line.includes('|'))
  return lines.map((line) => line.split('|').map((cell) => cell.trim()))
}
