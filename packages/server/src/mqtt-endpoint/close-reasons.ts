interface CloseReasonRow {
  /** Who brought the end about. */
  readonly by: 'client' | 'network' | 'platform'
  /** Whether the will of an established session is published. @see mqtt-endpoint §5.4 */
  readonly will: 'published' | 'discarded'
  /** One sentence for the operator; the log may carry a detail beside it. */
  readonly sentence: string
}

/** Every way in which a connection ends. */
export const closeReasons = {
  disconnect: {
    by: 'client',
    will: 'discarded',
    sentence: 'The client said DISCONNECT.',
  },
  clientClosed: {
    by: 'client',
    will: 'published',
    sentence: 'The client closed the connection without DISCONNECT.',
  },
  connectionLost: {
    by: 'network',
    will: 'published',
    sentence: 'The connection broke.',
  },
  connectTimeout: {
    by: 'client',
    will: 'discarded',
    sentence: 'No complete CONNECT arrived in time.',
  },
  connectMissing: {
    by: 'client',
    will: 'discarded',
    sentence: 'The first packet was not CONNECT.',
  },
  protocolUnsupported: {
    by: 'client',
    will: 'discarded',
    sentence: 'The client speaks another protocol than MQTT 3.1 or 3.1.1.',
  },
  connectRefused: {
    by: 'platform',
    will: 'discarded',
    sentence: 'CONNECT was refused.',
  },
  unauthenticatedEvicted: {
    by: 'platform',
    will: 'discarded',
    sentence: 'Too many connections waited without CONNECT, and this one for longest.',
  },
  connectionLimit: {
    by: 'platform',
    will: 'discarded',
    sentence: 'The platform has as many connections as it may have.',
  },
  secondConnect: {
    by: 'client',
    will: 'published',
    sentence: 'The client sent a second CONNECT.',
  },
  malformedPacket: {
    by: 'client',
    will: 'published',
    sentence: 'The client sent bytes that are not MQTT.',
  },
  packetTooLarge: {
    by: 'client',
    will: 'published',
    sentence: 'The client announced a packet above the size limit.',
  },
  unexpectedPacket: {
    by: 'client',
    will: 'published',
    sentence: 'The client sent a packet that only servers send.',
  },
  outOfOrder: {
    by: 'client',
    will: 'published',
    sentence: 'The client sent an acknowledgement that does not fit the message.',
  },
  releasesMissing: {
    by: 'client',
    will: 'published',
    sentence: 'Too many QoS 2 messages of the client wait for their PUBREL.',
  },
  topicForbidden: {
    by: 'client',
    will: 'published',
    sentence: 'The client published to a topic that no one may publish to.',
  },
  publishRefused: {
    by: 'platform',
    will: 'published',
    sentence: 'The platform refused a message of this session.',
  },
  frameRefused: {
    by: 'client',
    will: 'published',
    sentence: 'The client sent a WebSocket frame that carries no MQTT: text, or too large.',
  },
  keepAliveTimeout: {
    by: 'client',
    will: 'published',
    sentence: 'Nothing arrived for 1.5 times the announced keep-alive interval.',
  },
  idleTimeout: {
    by: 'client',
    will: 'published',
    sentence: 'Nothing arrived for long from a client that announced no keep-alive.',
  },
  slowConsumer: {
    by: 'client',
    will: 'published',
    sentence: 'The client accepted no byte for long while data waited for it.',
  },
  outputLimit: {
    by: 'platform',
    will: 'published',
    sentence: 'Too much data waits for slow clients, and most of it for this one.',
  },
  takenOver: {
    by: 'client',
    will: 'published',
    sentence: 'Another connection with the same identity took over.',
  },
  closedByPlatform: {
    by: 'platform',
    will: 'published',
    sentence: 'The platform ended the session.',
  },
  storageFailed: {
    by: 'platform',
    will: 'published',
    sentence: 'A message could not be stored and was not acknowledged.',
  },
  internalError: {
    by: 'platform',
    will: 'published',
    sentence: 'The platform failed at a packet of this connection.',
  },
  draining: {
    by: 'platform',
    will: 'discarded',
    sentence: 'The platform is shutting down.',
  },
} as const satisfies Record<string, CloseReasonRow>

export type CloseReason = keyof typeof closeReasons
