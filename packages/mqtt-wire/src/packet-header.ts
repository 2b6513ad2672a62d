import type { MalformedPacket } from './packet-problems.ts'
import { bodyBytesByCode, firstByteOf, kindByCode, packetTypes } from './packet-types.ts'
import type { ProtocolLevel } from './packets.ts'

type Code = MalformedPacket['code']

const duplicateFlag = 8

/** MQTT 3.1 §2.1 repeats these with the DUP flag, a habit that 3.1.1 ended. */
const repeatableIn31: readonly number[] = [
  firstByteOf('pubrel'),
  firstByteOf('subscribe'),
  firstByteOf('unsubscribe'),
]

/** What is wrong with a first byte, by protocol level and byte. */
const firstByteProblems: Readonly<Record<ProtocolLevel, readonly (Code | undefined)[]>> = {
  3: Array.from({ length: 256 }, (_, first) => {
    const original = first & ~duplicateFlag
    return findFirstByteProblem(repeatableIn31.includes(original) ? original : first)
  }),
  4: Array.from({ length: 256 }, (_, first) => findFirstByteProblem(first)),
}

function findFirstByteProblem(first: number): Code | undefined {
  const kind = kindByCode[first >> 4]
  if (kind === undefined) return 'packetTypeReserved'
  const { flags } = packetTypes[kind]
  if (flags !== 'publish') return (first & 15) === flags ? undefined : 'headerFlagsReserved'
  const qos = (first >> 1) & 3
  if (qos === 3) return 'publishQosReserved'
  return qos === 0 && (first & duplicateFlag) !== 0 ? 'duplicateWithoutQos' : undefined
}

/**
 * The size in bytes of the packet that starts at `bytes[start]`, its header included.
 *
 * Looks at `bytes` up to `end` only. Gives 0 while the length field is incomplete, and a problem
 * as soon as what is there cannot become a packet of at most `packetBytesMax` bytes, so that no
 * body is waited for in vain. Lengths with needless bytes (`80 00`) are legal before MQTT 5.
 *
 * @see MQTT 3.1.1 §2.2
 */
export function measurePacket(
  bytes: Uint8Array,
  start: number,
  end: number,
  packetBytesMax: number,
  level: ProtocolLevel,
): number | Code {
  if (start >= end) return 0
  const first = bytes[start] as number
  const firstByteProblem = firstByteProblems[level][first]
  if (firstByteProblem !== undefined) return firstByteProblem

  let bodyBytes = 0
  for (let index = 1; index <= 4; index++) {
    if (start + index >= end) return 0
    const byte = bytes[start + index] as number
    bodyBytes += (byte & 0x7f) << (7 * (index - 1))
    if (byte > 0x7f) continue
    const fixedBytes = bodyBytesByCode[first >> 4] as number
    if (fixedBytes >= 0 && bodyBytes !== fixedBytes) return 'lengthWrong'
    const packetBytes = 1 + index + bodyBytes
    return packetBytes > packetBytesMax ? 'packetTooLarge' : packetBytes
  }
  return 'lengthUnending'
}
