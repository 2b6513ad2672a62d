import { defaultJsonLimits } from '@pileus/domain'

/**
 * Bounds of the HTTP side, each with its answer in `restProblems`. Sizes of JSON documents are rows
 * of the routes; what is left is here.
 *
 * @see security §10.3, S-4.3
 */
export const httpLimits = {
  requestLineBytes: { default: 8 * 1024, meaning: 'Bytes of path and query string.' },
  headerBytes: { default: 16 * 1024, meaning: 'Bytes of all headers together.' },
  headers: { default: 100, meaning: 'Headers of a request.' },
  headersTimeoutMs: { default: 10_000, meaning: 'Time in which all headers must arrive.' },
  keepAliveTimeoutMs: { default: 65_000, meaning: 'How long an idle connection stays open.' },
  requestTimeoutMs: { default: 60_000, meaning: 'Time in which a whole request must arrive.' },
  jsonDepth: {
    default: defaultJsonLimits.jsonDepth,
    meaning: 'Nesting of objects and arrays in a body.',
  },
  jsonNodes: { default: defaultJsonLimits.jsonNodes, meaning: 'Values in a body.' },
  jsonKeyCharacters: {
    default: defaultJsonLimits.jsonKeyCharacters,
    meaning: 'Characters of a member name in a body.',
  },
  jsonTextCharacters: {
    default: defaultJsonLimits.jsonTextCharacters,
    meaning: 'Characters of a text in a body.',
  },
  gunzippedBytes: {
    default: 8 * 1024 * 1024,
    meaning: 'Bytes of a compressed body once unpacked.',
  },
  gunzipRatio: { default: 100, meaning: 'How much larger a compressed body may become.' },
  requestsPerUser: {
    default: 50,
    isLiftedByOpen: true,
    meaning: 'Requests of one user that may be under way at once.',
  },
  requestsPerTenant: {
    default: 200,
    isLiftedByOpen: true,
    meaning: 'Requests of one tenant that may be under way at once.',
  },
  eventPingMs: {
    default: 30_000,
    meaning: 'How often a stream of events without any says that it is still there.',
  },
  eventStallMs: {
    default: 30_000,
    meaning: 'How long a reader of a stream of events may take nothing.',
  },
  credentialPollsPerSourceMinute: {
    default: 60,
    isLiftedByOpen: true,
    meaning: 'Requests for device credentials that a source address may send in a minute.',
  },
  credentialPollsPerIdMinute: {
    default: 12,
    isLiftedByOpen: true,
    meaning: 'Requests for the credentials of one device that are looked at in a minute.',
  },
  pollersTracked: {
    default: 20_000,
    meaning: 'Source addresses and device ids whose requests for credentials are counted.',
  },
} as const

export type HttpLimits = { readonly [Name in keyof typeof httpLimits]: number }

export const defaultHttpLimits = Object.fromEntries(
  Object.entries(httpLimits).map(([name, row]) => [name, row.default]),
) as HttpLimits
