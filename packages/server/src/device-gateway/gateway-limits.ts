/**
 * Bounds of the gateway on connections and registration polls, each also a setting of its own.
 *
 * @see security §10.1, S-4.3
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
    unit: 'devices whose connects are counted',
    clientSees: 'nothing, the longest unseen starts anew',
    isLiftedByOpen: false,
  },
  bootstrapSessions: {
    default: 500,
    unit: 'bootstrap connections at once',
    clientSees: 'CONNACK 3',
    isLiftedByOpen: true,
  },
  bootstrapPollsPerMinute: {
    default: 12,
    unit: 'evenly spaced polls of one bootstrap connection in a minute',
    clientSees: 'no answer to the excess',
    isLiftedByOpen: true,
  },
} as const
