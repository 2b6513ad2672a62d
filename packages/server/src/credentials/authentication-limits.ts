/**
 * Budgets for wrong passwords and the bounds of what is remembered. None is lifted by
 * `PILEUS_LIMITS=open`, which is about devices that are too lively, not about guessing (DESIGN §6).
 *
 * @see security §3.1, §3.2, §3.4
 */
export const authenticationLimits = {
  sourceFailuresPerMinute: {
    default: 20,
    unit: 'wrong passwords of a source address earned back each minute',
    clientSees: 'CONNACK 3, 429 for 1 minute and then for longer',
    isLiftedByOpen: false,
  },
  sourceFailuresBurst: {
    default: 40,
    unit: 'wrong passwords of a source address at once',
    clientSees: 'CONNACK 3, 429 for 1 minute and then for longer',
    isLiftedByOpen: false,
  },
  sourceFailuresPerLogin: {
    default: 5,
    unit: 'wrong passwords more for each login from a source address in the last hour',
    clientSees: 'CONNACK 3, 429 for 1 minute and then for longer',
    isLiftedByOpen: false,
  },
  userSourceFailures: {
    default: 5,
    unit: 'wrong passwords for one user from one source address',
    clientSees: 'CONNACK 3, 429 for 1 s, doubling to 5 minutes',
    isLiftedByOpen: false,
  },
  userFailuresPerHour: {
    default: 100,
    unit: 'wrong passwords for one user from addresses without a login of that user',
    clientSees: 'CONNACK 3, 429 to such addresses, but for one attempt a minute',
    isLiftedByOpen: false,
  },
  instanceFailuresPerSecond: {
    default: 200,
    unit: 'wrong passwords in total',
    clientSees: 'refusals up to 250 ms later',
    isLiftedByOpen: false,
  },
  passwordChecksWaiting: {
    default: 64,
    unit: 'memory-hard checks waiting for a core',
    clientSees: 'CONNACK 3, 503',
    isLiftedByOpen: false,
  },
  usersCached: {
    default: 50_000,
    unit: 'user records in memory',
    clientSees: 'nothing, the least recently used is read again',
    isLiftedByOpen: false,
  },
  unknownUsersCached: {
    default: 10_000,
    unit: 'unknown user names in memory',
    clientSees: 'nothing, the least recently used is looked up again',
    isLiftedByOpen: false,
  },
  verifiedSecretsCached: {
    default: 50_000,
    unit: 'fingerprints of verified passwords in memory',
    clientSees: 'a slower login',
    isLiftedByOpen: false,
  },
  verifiedTokensCached: {
    default: 50_000,
    unit: 'claims of verified tokens in memory',
    clientSees: 'nothing, the signature is verified again',
    isLiftedByOpen: false,
  },
  issuedTokensCached: {
    default: 10_000,
    unit: 'tokens in memory that devices are given again when they ask soon',
    clientSees: 'a new token, while the one before goes on being valid',
    isLiftedByOpen: false,
  },
  sourcesTracked: {
    default: 50_000,
    unit: 'source addresses, users, and pairs of them with budgets in memory',
    clientSees: 'nothing, the least recently seen starts anew',
    isLiftedByOpen: false,
  },
} as const

/** A number for every limit. */
export type AuthenticationLimits = { readonly [Name in keyof typeof authenticationLimits]: number }
