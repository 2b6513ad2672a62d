/**
 * Bounds of the gateway on connections, registration polls and token requests, each also a setting
 * of its own.
 *
 * @see security §10.1, S-4.3, §7.1
 */
export const gatewayLimits = {
  connectsPerSecond: {
    default: 1,
    unit: 'connects/s of one device, counted after authentication',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  connectBurst: {
    default: 5,
    unit: 'connects of one device at once',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  connectsTracked: {
    default: 100_000,
    unit: 'devices and addresses whose connects and polls are counted',
    clientSees: 'nothing, the longest unseen starts anew',
    isLiftedByOpen: false,
  },
  bootstrapSessions: {
    default: 500,
    unit: 'bootstrap connections at once',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  bootstrapSessionMinutes: {
    default: 60,
    unit: 'minutes of one bootstrap connection',
    clientSees: 'close at its next poll, or when others need the room',
    isLiftedByOpen: true,
  },
  bootstrapConnectsPerSecond: {
    default: 1,
    unit: 'bootstrap connects/s from one address',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  bootstrapConnectBurst: {
    default: 10,
    unit: 'bootstrap connects from one address at once',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  bootstrapPollsPerSourceMinute: {
    default: 60,
    unit: 'polls from one address in a minute',
    clientSees: 'close',
    isLiftedByOpen: true,
  },
  bootstrapPollsPerIdMinute: {
    default: 12,
    unit: 'polls for one device id in a minute, over all its connections',
    clientSees: 'close',
    isLiftedByOpen: true,
  },
  bootstrapPollsPerMinute: {
    default: 12,
    unit: 'evenly spaced polls of one bootstrap connection in a minute',
    clientSees: 'no answer to the excess',
    isLiftedByOpen: true,
  },
  deviceTokensPerMinute: {
    default: 6,
    unit: 'evenly spaced token requests of one connection in a minute',
    clientSees: 'no answer to the excess',
    isLiftedByOpen: true,
  },
} as const
