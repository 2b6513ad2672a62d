interface LimitRow {
  readonly default: number
  readonly unit:
    | 'bytes'
    | 'ms'
    | 'messages'
    | 'messages/s'
    | 'bytes/s'
    | 'connects'
    | 'connects/s'
    | 'connections'
    | 'filters'
    | 'levels'
  /** What a client beyond the limit notices. */
  readonly clientSees: string
  /** Rates and numbers of connections are lifted by `PILEUS_LIMITS=open`. @see DESIGN §6 */
  readonly isLiftedByOpen: boolean
}

/**
 * Every bound of the endpoint, each also a setting of its own.
 *
 * @see security §10.1, §10.4; reliability
 */
export const mqttLimits = {
  packetBytes: {
    default: 16_184,
    unit: 'bytes',
    clientSees: 'close as soon as the length field exceeds it',
    isLiftedByOpen: false,
  },
  clientIdBytes: {
    default: 512,
    unit: 'bytes',
    clientSees: 'CONNACK 2',
    isLiftedByOpen: false,
  },
  userNameBytes: {
    default: 512,
    unit: 'bytes',
    clientSees: 'CONNACK 4',
    isLiftedByOpen: false,
  },
  passwordBytes: {
    default: 512,
    unit: 'bytes',
    clientSees: 'CONNACK 4',
    isLiftedByOpen: false,
  },
  topicBytes: {
    default: 512,
    unit: 'bytes',
    clientSees: 'close (PUBLISH), 0x80 (SUBSCRIBE)',
    isLiftedByOpen: false,
  },
  topicLevels: {
    default: 10,
    unit: 'levels',
    clientSees: 'close (PUBLISH), 0x80 (SUBSCRIBE)',
    isLiftedByOpen: false,
  },
  connectTimeoutMs: {
    default: 10_000,
    unit: 'ms',
    clientSees: 'close',
    isLiftedByOpen: false,
  },
  connectCheckMs: {
    default: 30_000,
    unit: 'ms',
    clientSees:
      'CONNACK 3 when credentials are not checked, or an older session not ended, by then',
    isLiftedByOpen: false,
  },
  idleTimeoutMs: {
    default: 20 * 60_000,
    unit: 'ms',
    clientSees: 'close after this silence where keep-alive is 0',
    isLiftedByOpen: false,
  },
  filtersPerSubscribe: {
    default: 32,
    unit: 'filters',
    clientSees: '0x80 for the excess',
    isLiftedByOpen: false,
  },
  filtersPerSession: {
    default: 50,
    unit: 'filters',
    clientSees: '0x80 for the excess',
    isLiftedByOpen: false,
  },
  unacknowledgedPublishes: {
    default: 64,
    unit: 'messages',
    clientSees: 'not read until acknowledgements are out',
    isLiftedByOpen: false,
  },
  unacknowledgedBytes: {
    default: 256 * 1024,
    unit: 'bytes',
    clientSees: 'not read until acknowledgements are out',
    isLiftedByOpen: false,
  },
  unreleasedQos2: {
    // A client that sends a whole backlog first cannot send its PUBRELs earlier, so this is
    // far above any window; it only bounds memory.
    default: 8192,
    unit: 'messages',
    clientSees: 'close',
    isLiftedByOpen: false,
  },
  inFlightMessages: {
    default: 20,
    unit: 'messages',
    clientSees: 'next QoS 1 or 2 message waits for an acknowledgement',
    isLiftedByOpen: false,
  },
  queuedMessages: {
    default: 1000,
    unit: 'messages',
    clientSees: 'oldest replies and error lines are dropped',
    isLiftedByOpen: false,
  },
  queuedBytes: {
    default: 1024 * 1024,
    unit: 'bytes',
    clientSees: 'oldest replies and error lines are dropped',
    isLiftedByOpen: false,
  },
  outputBytes: {
    default: 256 * 1024,
    unit: 'bytes',
    clientSees: 'not read and nothing new until it reads',
    isLiftedByOpen: false,
  },
  outputBytesTotal: {
    default: 256 * 1024 * 1024,
    unit: 'bytes',
    clientSees: 'close of the connections with most data waiting',
    isLiftedByOpen: false,
  },
  stallTimeoutMs: {
    default: 30_000,
    unit: 'ms',
    clientSees: 'close when it accepts no byte for so long while data waits',
    isLiftedByOpen: false,
  },
  publishesPerSecond: {
    default: 100,
    unit: 'messages/s',
    clientSees: 'not read for a while, never cut',
    isLiftedByOpen: true,
  },
  publishBurst: {
    default: 500,
    unit: 'messages',
    clientSees: 'not read for a while, never cut',
    isLiftedByOpen: true,
  },
  bytesPerSecond: {
    default: 512 * 1024,
    unit: 'bytes/s',
    clientSees: 'not read for a while, never cut',
    isLiftedByOpen: true,
  },
  bytesBurst: {
    default: 2 * 1024 * 1024,
    unit: 'bytes',
    clientSees: 'not read for a while, never cut',
    isLiftedByOpen: true,
  },
  sourceConnectsPerSecond: {
    default: 50,
    unit: 'connects/s',
    clientSees: 'not read for a while, then CONNACK 3',
    isLiftedByOpen: true,
  },
  sourceConnectBurst: {
    default: 200,
    unit: 'connects',
    clientSees: 'not read for a while, then CONNACK 3',
    isLiftedByOpen: true,
  },
  connectsPerSecond: {
    default: 5000,
    unit: 'connects/s',
    clientSees: 'not read for a while, then CONNACK 3',
    isLiftedByOpen: true,
  },
  connectWaitMs: {
    default: 2000,
    unit: 'ms',
    clientSees: 'CONNACK 3 after this wait',
    isLiftedByOpen: false,
  },
  connections: {
    default: 50_000,
    unit: 'connections',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  unauthenticatedConnections: {
    default: 1024,
    unit: 'connections',
    clientSees: 'close of the one that has waited for longest without CONNECT',
    isLiftedByOpen: true,
  },
  sourceUnauthenticatedConnections: {
    default: 64,
    unit: 'connections',
    clientSees: 'close of the one that has waited for longest without CONNECT',
    isLiftedByOpen: true,
  },
  webSocketFrameBytes: {
    // Many packets may share a frame; beyond this the whole frame would have to be kept.
    default: 256 * 1024,
    unit: 'bytes',
    clientSees: 'close with status 1009',
    isLiftedByOpen: false,
  },
  drainFlushMs: {
    default: 2000,
    unit: 'ms',
    clientSees: 'close without the missing acknowledgements when the platform shuts down',
    isLiftedByOpen: false,
  },
  lingerMs: {
    default: 2000,
    unit: 'ms',
    clientSees: 'reset where it does not close its side of an ended connection',
    isLiftedByOpen: false,
  },
} as const satisfies Record<string, LimitRow>

export type MqttLimitName = keyof typeof mqttLimits

/** A number for every limit; `Infinity` where it is lifted. */
export type MqttLimits = Readonly<Record<MqttLimitName, number>>

/** The limits in force: what is set, else lifted in mode `open`, else the default. */
export function buildMqttLimits(
  mode: 'default' | 'open' = 'default',
  settings: Partial<MqttLimits> = {},
): MqttLimits {
  const names = Object.keys(mqttLimits) as MqttLimitName[]
  const entries = names.map((name) => {
    const row = mqttLimits[name]
    const value = mode === 'open' && row.isLiftedByOpen ? Number.POSITIVE_INFINITY : row.default
    return [name, settings[name] ?? value]
  })
  return Object.freeze(Object.fromEntries(entries) as Record<MqttLimitName, number>)
}
