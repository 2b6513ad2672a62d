interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Never ids of devices or users: every combination of values is a series for ever. */
  readonly labels: readonly string[]
  /** Upper bounds of a histogram, ascending, in the unit of the name. */
  readonly buckets?: readonly number[]
}

/** From a tenth of a millisecond, which an fsync takes at best, to ten seconds. */
const waitSeconds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const

/** Every metric of our own; names get the prefix `platform_` (reliability ). */
export const metricRows = {
  buildInfo: {
    name: 'build_info',
    type: 'gauge',
    help: 'Always 1; the labels tell what runs.',
    labels: ['version', 'node'],
  },

  mqttConnections: {
    name: 'mqtt_connections',
    type: 'gauge',
    help: 'Established MQTT sessions.',
    labels: ['listener', 'auth'],
  },
  mqttUnauthenticated: {
    name: 'mqtt_unauthenticated_connections',
    type: 'gauge',
    help: 'Connections from which no CONNECT has come yet.',
    labels: [],
  },
  mqttConnects: {
    name: 'mqtt_connects_total',
    type: 'counter',
    help: 'CONNECT packets answered, by result: accepted, or the code of CONNACK.',
    labels: ['result'],
  },
  mqttDisconnects: {
    name: 'mqtt_disconnects_total',
    type: 'counter',
    help: 'Connections that ended, by reason.',
    labels: ['reason'],
  },
  mqttTakeovers: {
    name: 'mqtt_takeovers_total',
    type: 'counter',
    help: 'Sessions ended by another connection of the same device.',
    labels: [],
  },
  mqttPackets: {
    name: 'mqtt_packets_total',
    type: 'counter',
    help: 'MQTT packets, by type and direction.',
    labels: ['type', 'direction'],
  },
  mqttBytes: {
    name: 'mqtt_bytes_total',
    type: 'counter',
    help: 'Bytes carried for MQTT, by direction.',
    labels: ['direction'],
  },

  publishes: {
    name: 'publish_total',
    type: 'counter',
    help: 'Messages of devices taken in, by QoS and processing mode.',
    labels: ['qos', 'mode'],
  },
  publishAckSeconds: {
    name: 'publish_ack_seconds',
    type: 'histogram',
    help: 'From receipt of the first of the messages that share a turn to their acknowledgement.',
    labels: [],
    buckets: waitSeconds,
  },
  publishesDropped: {
    name: 'publish_dropped_total',
    type: 'counter',
    help: 'Messages to devices that were dropped, by reason.',
    labels: ['reason'],
  },
  smartrestRows: {
    name: 'smartrest_rows_total',
    type: 'counter',
    help: 'SmartREST rows handled, by result: ok, or the code of the error line.',
    labels: ['template_class', 'result'],
  },
  dedupHits: {
    name: 'dedup_hits_total',
    type: 'counter',
    help: 'Repeated messages recognised and not applied again.',
    labels: [],
  },

  operationsSent: {
    name: 'operations_sent_total',
    type: 'counter',
    help: 'Operations pushed to devices, repetitions included.',
    labels: [],
  },
  operationsAcknowledged: {
    name: 'operations_acknowledged_total',
    type: 'counter',
    help: 'Operations whose receipt a device acknowledged.',
    labels: [],
  },
  operationsUnsayable: {
    name: 'operations_unsayable_total',
    type: 'counter',
    help: 'Operations that stay PENDING because no topic their device subscribed has a form for them, each time they were due.',
    labels: [],
  },
  operationPushSeconds: {
    name: 'operation_push_seconds',
    type: 'histogram',
    help: 'From creation of an operation to its push; long where the device was away.',
    labels: [],
    buckets: [...waitSeconds, 60, 600, 3600, 86_400],
  },

  commitSeconds: {
    name: 'commit_seconds',
    type: 'histogram',
    help: 'Duration of a commit group, fsync included.',
    labels: [],
    buckets: waitSeconds,
  },
  commitBatchSize: {
    name: 'commit_batch_size',
    type: 'histogram',
    help: 'Units of work that shared a commit.',
    labels: [],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
  },
  commitQueueUnits: {
    name: 'commit_queue_units',
    type: 'gauge',
    help: 'Units of work that wait for the storage.',
    labels: [],
  },
  commitQueueAgeSeconds: {
    name: 'commit_queue_age_seconds',
    type: 'gauge',
    help: 'How long the oldest of them has waited.',
    labels: [],
  },
  walBytes: {
    name: 'wal_bytes',
    type: 'gauge',
    help: 'Size of the write-ahead log.',
    labels: [],
  },

  socketsPaused: {
    name: 'sockets_paused',
    type: 'gauge',
    help: 'Sessions that are not read at the moment.',
    labels: [],
  },
  outputBufferBytes: {
    name: 'output_buffer_bytes',
    type: 'gauge',
    help: 'Bytes that wait to be written to devices.',
    labels: [],
  },

  wireDevices: {
    name: 'wire_captured_devices',
    type: 'gauge',
    help: 'Devices of which every packet is kept because somebody looks.',
    labels: [],
  },
  wireBytes: {
    name: 'wire_bytes',
    type: 'gauge',
    help: 'Memory for the packets of these devices.',
    labels: [],
  },
  wireStreams: {
    name: 'wire_streams',
    type: 'gauge',
    help: 'Readers that follow the packets of devices.',
    labels: [],
  },
  slowConsumersClosed: {
    name: 'slow_consumer_closed_total',
    type: 'counter',
    help: 'Streams that were ended because their reader took nothing for too long.',
    labels: ['stream'],
  },

  logins: {
    name: 'auth_total',
    type: 'counter',
    help: 'Logins decided, by method and result.',
    labels: ['method', 'result'],
  },
  loginsThrottled: {
    name: 'auth_throttled_total',
    type: 'counter',
    help: 'Logins refused unseen, by the budget that was exhausted.',
    labels: ['scope'],
  },

  httpRequests: {
    name: 'http_requests_total',
    type: 'counter',
    help: 'HTTP requests answered, by method, route and status.',
    labels: ['method', 'route', 'status'],
  },
  httpRequestSeconds: {
    name: 'http_request_seconds',
    type: 'histogram',
    help: 'Duration of HTTP requests.',
    labels: ['method'],
    buckets: waitSeconds,
  },

  eventLoopDelaySeconds: {
    name: 'event_loop_delay_seconds',
    type: 'gauge',
    help: 'How late the event loop was since the last look, by quantile.',
    labels: ['quantile'],
  },
  logLinesDropped: {
    name: 'log_lines_dropped_total',
    type: 'counter',
    help: 'Log lines that could not be written in time.',
    labels: [],
  },
} as const satisfies Record<string, MetricRow>

export type MetricName = keyof typeof metricRows

/** The row with its optional members. */
export function metricRow(metric: MetricName): MetricRow {
  return metricRows[metric]
}
