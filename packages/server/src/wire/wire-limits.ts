/** Bounds of the live wire; with all of them reached it holds about 130 MiB. */
export const wireLimits = {
  /** Packets that are kept of a device that is watched. */
  packetsPerDevice: 500,
  /** Their payloads, topics and effects, with what an entry costs. */
  bytesPerDevice: 1024 * 1024,
  /** Devices of which every packet is kept. */
  devicesCaptured: 64,
  devicesCapturedPerTenant: 32,
  /** For how long after the last look (security S-11.11). */
  captureMs: 3_600_000,
  /** Devices of which the last ends and refused messages are kept although nobody watches. */
  devicesRemembered: 4096,
  endingsPerDevice: 8,
  refusedMessagesPerDevice: 8,
  refusedBytesPerDevice: 12 * 1024,
  /** Of a refused message that nobody watched so much is kept. */
  refusedPayloadBytes: 1024,
  /** Tenants of which refused connects are kept. */
  tenantsRemembered: 1024,
  refusedConnectsPerTenant: 100,
  refusedProblems: 16,
  /** What is kept of what became of one message. */
  effectsPerMessage: 256,
  problemsPerMessage: 64,
  responsesPerMessage: 64,
  responseCharacters: 512,
  /** An uplink message is shown with what became of it, unless that takes longer. */
  settleMs: 200,
  packetsPerAnswer: 500,
  packetsPerBatch: 100,
  /** @see security §10.3 */
  streamsPerUser: 20,
  streamsPerTenant: 500,
}

export type WireLimits = Readonly<typeof wireLimits>
