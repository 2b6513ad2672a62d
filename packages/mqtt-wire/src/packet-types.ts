/** One row per control packet: everything that its first byte and its size can say. */
interface PacketTypeRow {
  /** Upper four bits of the first byte. */
  readonly code: number
  /** Lower four bits where they are fixed; PUBLISH keeps its flags there. */
  readonly flags: number | 'publish'
  /** Bytes after the length field where every packet of this type has the same number. */
  readonly bodyBytes?: number
}

/** @see MQTT 3.1.1 §2.2, tables 2.1 and 2.2 */
export const packetTypes = {
  connect: { code: 1, flags: 0 },
  connack: { code: 2, flags: 0, bodyBytes: 2 },
  publish: { code: 3, flags: 'publish' },
  puback: { code: 4, flags: 0, bodyBytes: 2 },
  pubrec: { code: 5, flags: 0, bodyBytes: 2 },
  pubrel: { code: 6, flags: 2, bodyBytes: 2 },
  pubcomp: { code: 7, flags: 0, bodyBytes: 2 },
  subscribe: { code: 8, flags: 2 },
  suback: { code: 9, flags: 0 },
  unsubscribe: { code: 10, flags: 2 },
  unsuback: { code: 11, flags: 0, bodyBytes: 2 },
  pingreq: { code: 12, flags: 0, bodyBytes: 0 },
  pingresp: { code: 13, flags: 0, bodyBytes: 0 },
  disconnect: { code: 14, flags: 0, bodyBytes: 0 },
} as const satisfies Record<string, PacketTypeRow>

export type PacketKind = keyof typeof packetTypes

/** The row's constant first byte. */
export function firstByteOf(kind: Exclude<PacketKind, 'publish'>): number {
  const { code, flags } = packetTypes[kind]
  return (code << 4) | flags
}

/** Kinds by type code; the reserved codes 0 and 15 have none. */
export const kindByCode: readonly (PacketKind | undefined)[] = Array.from(
  { length: 16 },
  (_, code) =>
    (Object.keys(packetTypes) as PacketKind[]).find((kind) => packetTypes[kind].code === code),
)

/** Fixed body size by type code, in bytes; -1 where it varies. */
export const bodyBytesByCode: readonly number[] = kindByCode.map((kind) => {
  const row: PacketTypeRow | undefined = kind && packetTypes[kind]
  return row?.bodyBytes ?? -1
})
