import { isIP } from 'node:net'
import { parseTenantId, type TenantId } from '@pileus/domain'
import { masterKeyForm, parseMasterKey } from '../credentials/master-key.ts'
import { Secret } from '../credentials/secret.ts'

/** What a setting of each type becomes. */
export interface SettingValues {
  readonly port: number
  readonly integer: number
  readonly boolean: boolean
  readonly choice: string
  readonly host: string
  readonly path: string
  readonly origin: string
  readonly tenantId: TenantId
  readonly userName: string
  readonly addresses: readonly string[]
  readonly secret: Secret
  readonly masterKey: Secret
}

export type SettingType = keyof SettingValues

/** What narrows a type for one setting. */
export interface SettingBounds {
  readonly min?: number
  readonly max?: number
  readonly minLength?: number
  readonly choices?: readonly string[]
}

interface TypeRow<Value> {
  /** How the value is written in `pileus.json`. */
  readonly json: 'number' | 'boolean' | 'string' | 'strings'
  /** May be shown to the operator when it is refused. */
  readonly isQuotable: boolean
  /** Ends the sentence "… must be …". */
  expected(bounds: SettingBounds): string
  /** `undefined` when the text is no such value. */
  parse(text: string, bounds: SettingBounds): Value | undefined
}

export const settingTypes: { readonly [Type in SettingType]: TypeRow<SettingValues[Type]> } = {
  port: {
    json: 'number',
    isQuotable: true,
    expected: () => 'a port number from 0 to 65535 (0 picks a free one)',
    parse: (text) => parseInteger(text, 0, 65535),
  },
  integer: {
    json: 'number',
    isQuotable: true,
    expected: ({ min = 0, max }) =>
      max === undefined ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`,
    parse: (text, { min = 0, max = Number.MAX_SAFE_INTEGER }) => parseInteger(text, min, max),
  },
  boolean: {
    json: 'boolean',
    isQuotable: true,
    expected: () => 'true or false',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  },
  choice: {
    json: 'string',
    isQuotable: true,
    expected: ({ choices = [] }) => `one of ${choices.join(', ')}`,
    parse: (text, { choices = [] }) => (choices.includes(text) ? text : undefined),
  },
  host: {
    json: 'string',
    isQuotable: true,
    expected: () => 'an IP address or a host name',
    parse: (text) => (isIP(text) > 0 || hostName.test(text) ? text : undefined),
  },
  path: {
    json: 'string',
    isQuotable: true,
    expected: () => 'a path',
    parse: (text) => (text.length > 0 && !text.includes('\0') ? text : undefined),
  },
  origin: {
    json: 'string',
    // An address may be pasted with a user and password in it.
    isQuotable: false,
    expected: () => 'http:// or https://, a host and perhaps a port, and nothing behind',
    parse: parseOrigin,
  },
  tenantId: {
    json: 'string',
    isQuotable: true,
    expected: () => 'a tenant id: a–z, then 1 to 63 of a–z 0–9 _ -, other than management',
    parse: (text) => (text === 'management' ? undefined : parseTenantId(text)),
  },
  userName: {
    json: 'string',
    isQuotable: true,
    expected: () =>
      'a user name: 1 to 254 characters without white space and / \\ + $ :, ' +
      'not beginning with device_, service_ or devicebootstrap',
    parse: (text) => (userName.test(text) && !reservedUserName.test(text) ? text : undefined),
  },
  addresses: {
    json: 'strings',
    isQuotable: true,
    expected: () => 'IP addresses or networks such as 10.0.0.0/8, separated by commas',
    parse: parseAddresses,
  },
  secret: {
    json: 'string',
    isQuotable: false,
    expected: ({ minLength = 1 }) => `a secret of ${minLength} to ${secretBytesMax} characters`,
    parse: (text, { minLength = 1 }) =>
      text.length >= minLength && Buffer.byteLength(text) <= secretBytesMax
        ? new Secret(text)
        : undefined,
  },
  masterKey: {
    json: 'string',
    isQuotable: false,
    expected: () => masterKeyForm,
    parse: (text) => (parseMasterKey(text) === undefined ? undefined : new Secret(text)),
  },
}

/** What a CONNECT can carry (security §10.1). */
const secretBytesMax = 512
const hostName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i
// security S-1.13 and S-1.14
const userName = /^[^\s\p{Cc}/\\+$:]{1,254}$/u
const reservedUserName = /^(device_|service_|devicebootstrap)/

function parseInteger(text: string, min: number, max: number): number | undefined {
  if (!/^-?\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return value >= min && value <= max ? value : undefined
}

function parseOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  return url.href === `${url.origin}/` ? url.origin : undefined
}

function parseAddresses(text: string): readonly string[] | undefined {
  if (text.trim() === '') return []
  const addresses = text.split(',').map((address) => address.trim())
  return addresses.every(isAddressOrNetwork) ? addresses : undefined
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || parseInteger(prefix, 0, version === 4 ? 32 : 128) !== undefined
}
