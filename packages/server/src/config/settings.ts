import { authenticationLimits } from '../credentials/authentication-limits.ts'
import { tokenLifeSecondsMin } from '../credentials/issue-tokens.ts'
import { gatewayLimits } from '../device-gateway/gateway-limits.ts'
import { mqttLimits } from '../mqtt-endpoint/limits.ts'
import { httpLimits } from '../rest-api/http-limits.ts'
import type { SettingBounds, SettingType, SettingValues } from './setting-types.ts'

/** Everything anyone needs to know about one setting. */
export interface SettingRow extends SettingBounds {
  /** Environment variable; `PILEUS_HTTP_PORT` is `--http-port` on the command line. */
  readonly variable: `PILEUS_${string}`
  readonly type: SettingType
  /** Absent: the setting may be left open, and `meaning` says what happens then. */
  readonly default?: number | boolean | string | readonly string[]
  /** Never on the command line, never shown; may come from a file: `PILEUS_…_FILE`. */
  readonly isSecret?: true
  /** Later starts do not look at it. */
  readonly isForFirstStart?: true
  /** No limit at all under `PILEUS_LIMITS=open`, unless it is given itself (DESIGN §6). */
  readonly isLiftedByOpen?: true
  readonly meaning: string
}

const platformSettings = {
  dataDir: {
    variable: 'PILEUS_DATA_DIR',
    type: 'path',
    default: './data',
    meaning: 'Folder of everything that the platform keeps.',
  },
  keysDir: {
    variable: 'PILEUS_KEYS_DIR',
    type: 'path',
    meaning: 'Folder of the generated master key; without it, keys/ of the data folder.',
  },
  host: {
    variable: 'PILEUS_HOST',
    type: 'host',
    default: '127.0.0.1',
    meaning: 'Address of all listeners.',
  },
  'http.port': {
    variable: 'PILEUS_HTTP_PORT',
    type: 'port',
    default: 8080,
    meaning: 'REST, console, MQTT over WebSocket, health and metrics.',
  },
  'mqtt.port': {
    variable: 'PILEUS_MQTT_PORT',
    type: 'port',
    default: 1883,
    meaning: 'MQTT over TCP.',
  },
  tenant: {
    variable: 'PILEUS_TENANT',
    type: 'tenantId',
    default: 't100',
    meaning:
      'Id of the first tenant, created at the first start; also the tenant of user names without one.',
  },
  'admin.user': {
    variable: 'PILEUS_ADMIN_USER',
    type: 'userName',
    default: 'admin',
    isForFirstStart: true,
    meaning: 'Name of the administrator of the first tenant and of management.',
  },
  'admin.password': {
    variable: 'PILEUS_ADMIN_PASSWORD',
    type: 'secret',
    minLength: 12,
    isSecret: true,
    isForFirstStart: true,
    meaning: 'Password of that administrator; without it, one is generated and shown once.',
  },
  'bootstrap.password': {
    variable: 'PILEUS_BOOTSTRAP_PASSWORD',
    type: 'secret',
    minLength: 8,
    isSecret: true,
    meaning:
      'Password of management/devicebootstrap; without it, one is generated at the first start and shown once.',
  },
  'bootstrap.enabled': {
    variable: 'PILEUS_BOOTSTRAP_ENABLED',
    type: 'boolean',
    default: true,
    meaning: 'Whether devices may ask for credentials as management/devicebootstrap.',
  },
  publicUrl: {
    variable: 'PILEUS_PUBLIC_URL',
    type: 'origin',
    meaning: 'What devices and browsers call us; without it, made from host and port.',
  },
  config: {
    variable: 'PILEUS_CONFIG',
    type: 'path',
    meaning: 'The configuration file; without it, ./pileus.json if that exists.',
  },
  masterKey: {
    variable: 'PILEUS_MASTER_KEY',
    type: 'masterKey',
    isSecret: true,
    meaning:
      'Root of every keyed hash and of what is kept encrypted; without it, generated into the folder of keys.',
  },
  'tokens.deviceLifeSeconds': {
    variable: 'PILEUS_TOKENS_DEVICE_LIFE_SECONDS',
    type: 'integer',
    default: 3_600,
    min: tokenLifeSecondsMin,
    max: 86_400,
    meaning: 'How long a token of a device (s/uat) lives; a tenant may shorten it.',
  },
  'tokens.keyDays': {
    variable: 'PILEUS_TOKENS_KEY_DAYS',
    type: 'integer',
    default: 90,
    min: 1,
    max: 3_650,
    meaning: 'How long one key signs tokens; then the next one is made, and both are believed.',
  },
  allowInsecurePermissions: {
    variable: 'PILEUS_ALLOW_INSECURE_PERMISSIONS',
    type: 'boolean',
    default: false,
    meaning: 'Accepts secret files that group or others may read; for tests.',
  },
  'log.level': {
    variable: 'PILEUS_LOG_LEVEL',
    type: 'choice',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    meaning: 'The least level that is logged.',
  },
  trustedProxies: {
    variable: 'PILEUS_TRUSTED_PROXIES',
    type: 'addresses',
    default: [],
    meaning: 'Addresses whose forwarding headers are believed.',
  },
  'drain.delayMs': {
    variable: 'PILEUS_DRAIN_DELAY_MS',
    type: 'integer',
    default: 0,
    meaning: 'How long the platform goes on accepting after a signal to stop.',
  },
  'drain.windowMs': {
    variable: 'PILEUS_DRAIN_WINDOW_MS',
    type: 'integer',
    default: 3_000,
    meaning: 'Over how long open connections are then closed.',
  },
  'drain.maxMs': {
    variable: 'PILEUS_DRAIN_MAX_MS',
    type: 'integer',
    meaning: 'When a stop is given up with exit code 76; without it, 30 s after the window.',
  },
  'limits.mode': {
    variable: 'PILEUS_LIMITS',
    type: 'choice',
    choices: ['default', 'open'],
    default: 'default',
    meaning:
      'open lifts every limit on rates and numbers of connections or requests; for trusted networks, tests and measurements.',
  },
} as const satisfies Record<string, SettingRow>

/** A limit as the part that keeps it states it. */
type LimitRow = { readonly default: number; readonly isLiftedByOpen?: boolean } & (
  | { readonly meaning: string }
  | {
      readonly unit: string
      /** What a client beyond the limit notices. */
      readonly clientSees: string
    }
)

type LimitTable = Readonly<Record<string, LimitRow>>

/** The limits of each part that keeps some. */
const limitTables = {
  authentication: authenticationLimits,
  gateway: gatewayLimits,
  http: httpLimits,
  mqtt: mqttLimits,
} as const satisfies Record<string, LimitTable>

export type LimitGroup = keyof typeof limitTables

type LimitKey<Group extends LimitGroup> = `limits.${Group}.${keyof (typeof limitTables)[Group] &
  string}`

type LimitSettings<Group extends LimitGroup> = {
  readonly [Key in LimitKey<Group>]: SettingRow & {
    readonly type: 'integer'
    readonly default: number
  }
}

/** Makes every limit of a part a setting of its own, e.g. `limits.mqtt.publishesPerSecond`. */
function limitSettings<Group extends LimitGroup>(group: Group): LimitSettings<Group> {
  const table: LimitTable = limitTables[group]
  const rows = Object.entries(table).map(([name, limit]): [string, SettingRow] => [
    `limits.${group}.${name}`,
    {
      variable: `PILEUS_LIMITS_${upperSnakeCase(group)}_${upperSnakeCase(name)}`,
      type: 'integer',
      default: limit.default,
      min: 1,
      ...(limit.isLiftedByOpen ? { isLiftedByOpen: true } : {}),
      meaning:
        'meaning' in limit ? limit.meaning : `In ${limit.unit}; beyond it: ${limit.clientSees}.`,
    },
  ])
  return Object.fromEntries(rows) as LimitSettings<Group>
}

function upperSnakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()
}

/** Every setting that this release has, by its key in `pileus.json`. */
export const settings = {
  ...platformSettings,
  ...limitSettings('authentication'),
  ...limitSettings('gateway'),
  ...limitSettings('http'),
  ...limitSettings('mqtt'),
} as const satisfies Record<string, SettingRow>

export type SettingKey = keyof typeof settings

/** Names that are reserved and understood, and refused until the release that offers them. */
export const laterSettings = {
  'https.port': { variable: 'PILEUS_HTTPS_PORT', reason: 'TLS comes with a later release' },
  'mqtts.port': { variable: 'PILEUS_MQTTS_PORT', reason: 'TLS comes with a later release' },
  'tls.cert': { variable: 'PILEUS_TLS_CERT', reason: 'TLS comes with a later release' },
  'tls.key': { variable: 'PILEUS_TLS_KEY', reason: 'TLS comes with a later release' },
  'mtls.port': { variable: 'PILEUS_MTLS_PORT', reason: 'TLS comes with a later release' },
  databaseUrl: {
    variable: 'PILEUS_DATABASE_URL',
    reason: 'PostgreSQL comes with a later release',
    isSecret: true,
  },
  natsUrl: {
    variable: 'PILEUS_NATS_URL',
    reason: 'NATS comes with a later release',
    isSecret: true,
  },
} as const satisfies Record<
  string,
  { readonly variable: `PILEUS_${string}`; readonly reason: string; readonly isSecret?: true }
>

type ValueOf<Row> = Row extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
  ? C
  : Row extends { readonly type: infer Type extends SettingType }
    ? SettingValues[Type]
    : never

/** The settings in force, by their keys. Made once, frozen, handed to the parts. */
export type Config = {
  readonly [Key in SettingKey]:
    | ValueOf<(typeof settings)[Key]>
    | ((typeof settings)[Key] extends { readonly default: unknown } ? never : undefined)
}

/** The limits in force for one part; `Infinity` where one is lifted. */
export function limitsOf<Group extends LimitGroup>(
  config: Config,
  group: Group,
): { readonly [Name in keyof (typeof limitTables)[Group]]: number } {
  const values: Readonly<Record<string, unknown>> = config
  const names = Object.keys(limitTables[group])
  const entries = names.map((name) => [name, values[`limits.${group}.${name}`]])
  return Object.fromEntries(entries) as { [Name in keyof (typeof limitTables)[Group]]: number }
}
