/**
 * Budgets for wrong passwords and the bounds of what is remembered about them. None is lifted by
 * `PILEUS_LIMITS=open` (DESIGN §6).
 *
 * @see security §3.1, §3.2, §3.4
 */
export const authenticationLimits = {
  sourceFailuresPerMinute: {
    default: 20,
    meaning: 'Wrong passwords that a source address earns back each minute.',
  },
  sourceFailuresBurst: {
    default: 40,
    meaning: 'Wrong passwords that a source address may send at once.',
  },
  sourceFailuresPerLogin: {
    default: 5,
    min: 0,
    meaning:
      'Wrong passwords more for each successful login of the last hour (many behind one NAT).',
  },
  userSourceFailures: {
    default: 5,
    meaning: 'Wrong passwords for one user from one source before growing pauses begin.',
  },
  userFailuresPerHour: {
    default: 100,
    meaning: 'Wrong passwords for one user from unknown sources in an hour.',
  },
  instanceFailuresPerSecond: {
    default: 200,
    meaning: 'Wrong passwords in total above which answers to them are spread in time.',
  },
  passwordChecksWaiting: {
    default: 64,
    meaning: 'Checks of memory-hard hashes that may wait for a free core.',
  },
  usersCached: { default: 50_000, meaning: 'User records kept in memory.' },
  unknownUsersCached: { default: 10_000, meaning: 'Unknown user names kept in memory.' },
  verifiedSecretsCached: {
    default: 50_000,
    meaning: 'Fingerprints of recently verified passwords kept in memory.',
  },
  sourcesTracked: {
    default: 50_000,
    meaning: 'Source addresses, users and pairs of them whose wrong passwords are counted.',
  },
} as const

export type AuthenticationLimits = { readonly [Name in keyof typeof authenticationLimits]: number }
