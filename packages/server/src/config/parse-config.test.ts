import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import type { PrivateFile } from '../credentials/private-file.ts'
import { type ConfigProblemCode, formatConfigProblem } from './config-problems.ts'
import { type ConfigSources, parseConfig } from './parse-config.ts'
import { laterSettings, type SettingRow, settings } from './settings.ts'

interface Scene {
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Content of `./pileus.json`. */
  readonly file?: unknown
  readonly files?: Readonly<Record<string, PrivateFile>>
}

function sourcesOf({ argv = [], env = {}, file, files = {} }: Scene): ConfigSources {
  const all = new Map(Object.entries(files))
  if (file !== undefined) {
    all.set('./pileus.json', { text: JSON.stringify(file), isPrivate: true })
  }
  return { argv, env, readFile: (path) => all.get(path) }
}

function configOf(scene: Scene) {
  const parsed = parseConfig(sourcesOf(scene))
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.config
}

function problemsOf(scene: Scene) {
  const parsed = parseConfig(sourcesOf(scene))
  assert.ok(!parsed.ok)
  return parsed.problems
}

const privateFile = (text: string): PrivateFile => ({ text, isPrivate: true })
const openFile = (text: string): PrivateFile => ({ text, isPrivate: false })

test('nothing given: the defaults of the table', () => {
  const config = configOf({})
  for (const [key, row] of Object.entries(settings) as [keyof typeof settings, SettingRow][]) {
    assert.deepEqual(config[key], row.default, key)
  }
  assert.ok(Object.isFrozen(config))
})

test('the command line beats the environment, which beats the file', () => {
  const file = { host: '10.0.0.1', mqtt: { port: 1 }, 'http.port': 1, tenant: 't9' }
  const env = { PILEUS_MQTT_PORT: '2', PILEUS_HTTP_PORT: '2' }
  const config = configOf({ file, env, argv: ['--http-port', '3'] })
  assert.equal(config.tenant, 't9')
  assert.equal(config.host, '10.0.0.1')
  assert.equal(config['mqtt.port'], 2)
  assert.equal(config['http.port'], 3)
})

const accepted: readonly (readonly [name: string, scene: Scene, key: string, value: unknown])[] = [
  ['port 0', { env: { PILEUS_MQTT_PORT: '0' } }, 'mqtt.port', 0],
  ['an option with =', { argv: ['--http-port=0'] }, 'http.port', 0],
  ['a flag', { argv: ['--allow-insecure-permissions'] }, 'allowInsecurePermissions', true],
  ['a flag with =', { argv: ['--bootstrap-enabled=false'] }, 'bootstrap.enabled', false],
  [
    'a boolean of the file',
    { file: { bootstrap: { enabled: false } } },
    'bootstrap.enabled',
    false,
  ],
  ['an empty variable is none', { env: { PILEUS_MQTT_PORT: '' } }, 'mqtt.port', 1883],
  ['an empty variable of later', { env: { PILEUS_HTTPS_PORT: '' } }, 'mqtt.port', 1883],
  ['other variables', { env: { PATH: '/bin', XPILEUS_X: '1' } }, 'mqtt.port', 1883],
  ['a level', { env: { PILEUS_LOG_LEVEL: 'debug' } }, 'log.level', 'debug'],
  [
    'proxies as text',
    { env: { PILEUS_TRUSTED_PROXIES: '10.0.0.0/8, ::1' } },
    'trustedProxies',
    ['10.0.0.0/8', '::1'],
  ],
  ['proxies as a list', { file: { trustedProxies: ['10.0.0.1'] } }, 'trustedProxies', ['10.0.0.1']],
  [
    'an address with a slash',
    { env: { PILEUS_PUBLIC_URL: 'https://iot.example:8443/' } },
    'publicUrl',
    'https://iot.example:8443',
  ],
  [
    'another file',
    {
      env: { PILEUS_CONFIG: '/etc/p.json' },
      files: { '/etc/p.json': openFile('{"tenant":"t7"}') },
    },
    'tenant',
    't7',
  ],
]

for (const [name, scene, key, value] of accepted) {
  test(`accepts ${name}`, () => {
    assert.deepEqual(Object.entries(configOf(scene)).find(([found]) => found === key)?.[1], value)
  })
}

const secretScenes: readonly (readonly [name: string, scene: Scene])[] = [
  ['the environment', { env: { PILEUS_ADMIN_PASSWORD: 'canary-of-admin' } }],
  [
    'a file named by the environment',
    {
      env: { PILEUS_ADMIN_PASSWORD_FILE: '/run/p' },
      files: { '/run/p': privateFile('canary-of-admin\n') },
    },
  ],
  [
    'a file named by the command line',
    {
      argv: ['--admin-password-file', '/run/p'],
      files: { '/run/p': privateFile('canary-of-admin') },
    },
  ],
  ['pileus.json', { file: { admin: { password: 'canary-of-admin' } } }],
  [
    'a file named by pileus.json',
    {
      file: { admin: { passwordFile: '/run/p' } },
      files: { '/run/p': privateFile('canary-of-admin\r\n') },
    },
  ],
  [
    'an open file, when that is allowed',
    {
      env: { PILEUS_ADMIN_PASSWORD_FILE: '/run/p', PILEUS_ALLOW_INSECURE_PERMISSIONS: 'true' },
      files: { '/run/p': openFile('canary-of-admin\n') },
    },
  ],
  [
    'the variable, over the file of a lower layer',
    {
      env: { PILEUS_ADMIN_PASSWORD: 'canary-of-admin' },
      file: { admin: { passwordFile: '/not/there' } },
    },
  ],
]

for (const [name, scene] of secretScenes) {
  test(`takes a secret from ${name} and does not show it`, () => {
    const config = configOf(scene)
    assert.equal(config['admin.password']?.reveal(), 'canary-of-admin')
    assert.doesNotMatch(JSON.stringify(config) + inspect(config), /canary/)
  })
}

const refused: readonly (readonly [code: ConfigProblemCode, scene: Scene, text: string])[] = [
  [
    'unknownVariable',
    { env: { PILEUS_MQTT_PROT: '1' } },
    'The environment variable PILEUS_MQTT_PROT is unknown.',
  ],
  ['unknownOption', { argv: ['--mqtt-prot', '1'] }, 'The option --mqtt-prot is unknown.'],
  ['unknownKey', { file: { mqtt: { prot: 1 } } }, 'mqtt.prot in ./pileus.json is unknown.'],
  ['unknownKey', { file: { config: 'x' } }, 'config in ./pileus.json is unknown.'],
  [
    'unknownKey',
    { files: { './pileus.json': openFile('{"__proto__":1}') } },
    '__proto__ in ./pileus.json is unknown.',
  ],
  [
    'strayArgument',
    { argv: ['--mqtt-port', '1', 'word'] },
    'Argument 3 of the command line belongs to no option.',
  ],
  ['valueMissing', { argv: ['--mqtt-port'] }, '--mqtt-port needs a value.'],
  ['valueMissing', { argv: ['--mqtt-port', '--host=::1'] }, '--mqtt-port needs a value.'],
  ['givenTwice', { argv: ['--host=::1', '--host', '::1'] }, '--host is given twice.'],
  [
    'givenTwice',
    { file: { mqtt: { port: 1 }, 'mqtt.port': 1 } },
    'mqtt.port in ./pileus.json is given twice.',
  ],
  [
    'wrongValueQuoted',
    { env: { PILEUS_MQTT_PORT: '70000' } },
    'PILEUS_MQTT_PORT must be a port number from 0 to 65535 (0 picks a free one), not "70000".',
  ],
  [
    'wrongValueQuoted',
    { file: { mqtt: { port: '1883' } } },
    'mqtt.port in ./pileus.json must be a port number from 0 to 65535 (0 picks a free one), not "1883".',
  ],
  [
    'wrongValueQuoted',
    { file: { host: 7 } },
    'host in ./pileus.json must be an IP address or a host name, not 7.',
  ],
  [
    'wrongValueQuoted',
    { env: { PILEUS_LIMITS: 'off' } },
    'PILEUS_LIMITS must be one of default, open, not "off".',
  ],
  [
    'wrongValueQuoted',
    { env: { PILEUS_TENANT: 'management' } },
    'PILEUS_TENANT must be a tenant id: a–z, then 1 to 63 of a–z 0–9 _ -, other than management, not "management".',
  ],
  [
    'wrongValueQuoted',
    { env: { PILEUS_TRUSTED_PROXIES: '10.0.0.0/33' } },
    'PILEUS_TRUSTED_PROXIES must be IP addresses or networks such as 10.0.0.0/8, separated by commas, not "10.0.0.0/33".',
  ],
  [
    'wrongValue',
    { env: { PILEUS_PUBLIC_URL: 'https://canary:canary@iot.example' } },
    'PILEUS_PUBLIC_URL must be http:// or https://, a host and perhaps a port, and nothing behind.',
  ],
  [
    'wrongValue',
    { env: { PILEUS_ADMIN_PASSWORD: 'canary' } },
    'PILEUS_ADMIN_PASSWORD must be a secret of 12 to 512 characters.',
  ],
  [
    'wrongValue',
    { env: { PILEUS_MASTER_KEY: 'canary' } },
    'PILEUS_MASTER_KEY must be 256 bits, as 64 hexadecimal digits or as base64.',
  ],
  [
    'secretOnCommandLine',
    { argv: ['--admin-password', 'canary-of-admin'] },
    '--admin-password is a secret, and others can see the command line: use PILEUS_ADMIN_PASSWORD or PILEUS_ADMIN_PASSWORD_FILE.',
  ],
  [
    'secretAndFile',
    { env: { PILEUS_ADMIN_PASSWORD: 'canary-of-admin', PILEUS_ADMIN_PASSWORD_FILE: '/run/p' } },
    'PILEUS_ADMIN_PASSWORD_FILE and PILEUS_ADMIN_PASSWORD exclude each other.',
  ],
  [
    'fileMissing',
    { argv: ['--config', '/etc/p.json'] },
    '--config: the file /etc/p.json does not exist.',
  ],
  [
    'fileMissing',
    { env: { PILEUS_MASTER_KEY_FILE: '/run/k' } },
    'PILEUS_MASTER_KEY_FILE: the file /run/k does not exist.',
  ],
  [
    'secretFileTooOpen',
    {
      env: { PILEUS_ADMIN_PASSWORD_FILE: '/run/p' },
      files: { '/run/p': openFile('canary-of-admin') },
    },
    'PILEUS_ADMIN_PASSWORD_FILE: the file /run/p holds a secret, so group and others must have no access (chmod 600).',
  ],
  [
    'secretFileTooOpen',
    { files: { './pileus.json': openFile('{"admin":{"password":"canary-of-admin"}}') } },
    'admin.password in ./pileus.json: the file ./pileus.json holds a secret, so group and others must have no access (chmod 600).',
  ],
  [
    'fileNotJson',
    { files: { './pileus.json': openFile('{"admin.password": canary}') } },
    './pileus.json is not valid JSON.',
  ],
  [
    'fileNotJson',
    { files: { './pileus.json': openFile('{\n  "admin.password": "canary",\n}') } },
    './pileus.json is not valid JSON (line 3 column 1).',
  ],
  [
    'fileNotAnObject',
    { files: { './pileus.json': openFile('[]') } },
    './pileus.json must hold one JSON object.',
  ],
  [
    'notOffered',
    { env: { PILEUS_MQTTS_PORT: '8883' } },
    'PILEUS_MQTTS_PORT is not offered yet: TLS comes with a later release.',
  ],
  [
    'notOffered',
    { file: { databaseUrl: 'postgres://canary@db' } },
    'databaseUrl in ./pileus.json is not offered yet: PostgreSQL comes with a later release.',
  ],
]

for (const [code, scene, text] of refused) {
  test(`refuses: ${text}`, () => {
    const problems = problemsOf(scene)
    assert.deepEqual(
      problems.map((problem) => [problem.code, formatConfigProblem(problem)]),
      [[code, text]],
    )
    assert.doesNotMatch(JSON.stringify(problems), /canary/)
  })
}

test('a file that cannot be read is a problem, not an exception', () => {
  const parsed = parseConfig({
    argv: [],
    env: { PILEUS_MASTER_KEY_FILE: '/keys/master' },
    readFile: (path) => {
      if (path === './pileus.json') return undefined
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' })
    },
  })
  assert.ok(!parsed.ok)
  assert.deepEqual(parsed.problems.map(formatConfigProblem), [
    'PILEUS_MASTER_KEY_FILE: the file /keys/master cannot be read (EACCES).',
  ])
})

test('all problems are reported at once', () => {
  const problems = problemsOf({
    argv: ['--what'],
    env: { PILEUS_WHAT: '1', PILEUS_MQTT_PORT: 'x' },
    file: { what: 1 },
  })
  assert.deepEqual(
    problems.map((problem) => problem.code),
    ['unknownOption', 'unknownVariable', 'unknownKey', 'wrongValueQuoted'],
  )
})

test('open limits: what the table marks is lifted, unless it is given itself', () => {
  const rows = Object.entries(settings) as [keyof typeof settings, SettingRow][]
  const config = configOf({ env: { PILEUS_LIMITS: 'open' } })
  for (const [key, row] of rows) {
    if (row.isLiftedByOpen) assert.equal(config[key], Number.POSITIVE_INFINITY, key)
    else if (key !== 'limits.mode') assert.deepEqual(config[key], row.default, key)
  }
  for (const [key, row] of rows.filter(([, row]) => row.isLiftedByOpen)) {
    assert.equal(configOf({ env: { PILEUS_LIMITS: 'open', [row.variable]: '7' } })[key], 7)
  }
})

test('rows are plain data, with names of their own and values of their types', () => {
  const rows: [string, SettingRow][] = Object.entries(settings)
  assert.deepEqual(JSON.parse(JSON.stringify(settings)), settings)
  const variables = [...rows, ...Object.entries(laterSettings)].map(([, row]) => row.variable)
  assert.equal(new Set(variables).size, variables.length)
  for (const [key, row] of rows) {
    assert.match(row.variable, /^PILEUS_[A-Z0-9_]+$/, key)
    assert.match(row.meaning, /^\S.*\.$/, key)
    assert.equal(row.isSecret === true, row.type === 'secret' || row.type === 'masterKey', key)
    if (row.isLiftedByOpen) assert.equal(row.type, 'integer', key)
  }
})

test('law: no problem ever shows a secret, and nothing throws', () => {
  const secretKeys = (Object.entries(settings) as [string, SettingRow][]).filter(
    ([, row]) => row.isSecret,
  )
  const secret = fc.string({ maxLength: 40 }).map((text) => `canary${text}`)
  const places: readonly ((row: SettingRow, key: string, secret: string) => Scene)[] = [
    (row, _, text) => ({ env: { [row.variable]: text } }),
    (row, _, text) => ({
      env: { [`${row.variable}_FILE`]: '/f' },
      files: { '/f': openFile(text) },
    }),
    (row, _, text) => ({ argv: [row.variable.replace('PILEUS_', '--').toLowerCase(), text] }),
    (row, _, text) => ({
      argv: [
        `--${row.variable.replace('PILEUS_', '').toLowerCase().replaceAll('_', '-')}`,
        `--${text}`,
      ],
    }),
    (_, key, text) => ({ file: { [key]: text } }),
    (_, key, text) => ({ file: { [key]: [text] } }),
    (_, key, text) => ({ files: { './pileus.json': openFile(`{"${key}": "${text}"`) } }),
    (_, key, text) => ({ files: { './pileus.json': openFile(`{"${key}": ${text}}`) } }),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      fc.constantFrom(...secretKeys),
      secret,
      (place, [key, row], text) => {
        const parsed = parseConfig(sourcesOf(place(row, key, text)))
        const shown = parsed.ok
          ? JSON.stringify(parsed.config)
          : parsed.problems.map(formatConfigProblem).join('\n')
        assert.doesNotMatch(shown, /canary/)
      },
    ),
  )
})
