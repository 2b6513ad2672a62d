import type { JsonObject, JsonValue } from '@pileus/domain'
import { isJsonObject } from '@pileus/domain'
import type { PrivateFile } from '../credentials/private-file.ts'
import type { ConfigProblem, ConfigProblemCode } from './config-problems.ts'
import { settingTypes } from './setting-types.ts'
import {
  type Config,
  laterSettings,
  type SettingKey,
  type SettingRow,
  settings,
} from './settings.ts'

export interface ConfigSources {
  /** The command line behind the program's name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** `undefined` when there is no such file; throws the system's error when it cannot be read. */
  readFile(path: string): PrivateFile | undefined
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/**
 * Makes the configuration: defaults < file < environment < command line. Reads nothing but what
 * it is given, and reports every problem at once, each naming the setting as it was written.
 *
 * @see DESIGN §6, security §11.1
 */
export function parseConfig(sources: ConfigSources): ParsedConfig {
  const report = new Report()
  const commandLine = readCommandLine(sources.argv, report)
  const environment = readEnvironment(sources.env, report)
  const file = readConfigFile(
    sources,
    commandLine.get('config') ?? environment.get('config'),
    report,
  )
  const given = new Map([...file, ...environment, ...commandLine])

  const values = new Map<SettingKey, unknown>()
  for (const key of settingKeys) {
    const found = given.get(key)
    values.set(
      key,
      found === undefined ? settingRow(key).default : parseGiven(key, found, sources, report),
    )
  }
  report.reportOpenFiles(values.get('allowInsecurePermissions') === true)
  if (report.problems.length > 0) return { ok: false, problems: report.problems }
  if (values.get('limits.mode') === 'open') liftLimits(values, given)
  return { ok: true, config: Object.freeze(Object.fromEntries(values)) as Config }
}

/** One setting as the operator gave it. */
interface Given {
  /** As the operator wrote it: variable, option, or key with its file. */
  readonly name: string
  readonly value: JsonValue
  /** Has a type of its own; everything from the environment and the command line is text. */
  readonly isJson: boolean
  /** The value is the path of a file that holds the secret. */
  readonly isFile: boolean
}

type Layer = Map<SettingKey, Given>

const settingKeys = Object.keys(settings) as readonly SettingKey[]

function settingRow(key: SettingKey): SettingRow {
  return settings[key]
}

/** What a name stands for. */
type Meaning =
  | { readonly kind: 'setting'; readonly key: SettingKey; readonly isFile: boolean }
  | { readonly kind: 'later'; readonly reason: string }

interface Names {
  readonly variables: ReadonlyMap<string, Meaning>
  readonly options: ReadonlyMap<string, Meaning>
  readonly keys: ReadonlyMap<string, Meaning>
}

const names = buildNames()

function buildNames(): Names {
  const variables = new Map<string, Meaning>()
  const options = new Map<string, Meaning>()
  const keys = new Map<string, Meaning>()
  const add = (key: string, variable: string, meaning: Meaning) => {
    variables.set(variable, meaning)
    options.set(optionName(variable), meaning)
    keys.set(key, meaning)
  }
  for (const key of settingKeys) {
    const row = settingRow(key)
    add(key, row.variable, { kind: 'setting', key, isFile: false })
    if (row.isSecret)
      add(`${key}File`, `${row.variable}_FILE`, { kind: 'setting', key, isFile: true })
  }
  for (const [key, row] of Object.entries(laterSettings)) {
    const meaning: Meaning = { kind: 'later', reason: row.reason }
    add(key, row.variable, meaning)
    if ('isSecret' in row) add(`${key}File`, `${row.variable}_FILE`, meaning)
  }
  // The file cannot name itself.
  keys.delete('config')
  return { variables, options, keys }
}

/** `PILEUS_HTTP_PORT` is `--http-port`. */
function optionName(variable: string): string {
  return `--${variable.replace('PILEUS_', '').toLowerCase().replaceAll('_', '-')}`
}

function readEnvironment(env: ConfigSources['env'], report: Report): Layer {
  const layer: Layer = new Map()
  for (const [name, value] of Object.entries(env)) {
    // Compose files and unit files hand on variables that are not set as empty ones.
    if (!name.startsWith('PILEUS_') || value === undefined || value === '') continue
    const meaning = names.variables.get(name)
    if (meaning === undefined) report.add('unknownVariable', { name })
    else take(layer, meaning, { name, value, isJson: false }, report)
  }
  return layer
}

/** Repeats nothing of what it does not understand: it may be a secret behind a misspelt option. */
function readCommandLine(argv: readonly string[], report: Report): Layer {
  const layer: Layer = new Map()
  let index = 0
  while (index < argv.length) {
    const argument = argv[index++] ?? ''
    const [name = '', ...rest] = argument.split('=')
    const next = argv[index]
    const inline = argument.includes('=') ? rest.join('=') : undefined
    if (!name.startsWith('--')) {
      report.add('strayArgument', { position: String(index) })
      continue
    }
    const meaning = names.options.get(name)
    const row = meaning?.kind === 'setting' ? settingRow(meaning.key) : undefined
    if (meaning?.kind === 'setting' && row?.isSecret && !meaning.isFile) {
      report.add('secretOnCommandLine', { name, variable: row.variable })
      if (inline === undefined) index++
      continue
    }
    const isFlag = row?.type === 'boolean' && inline === undefined
    const takesNext =
      !isFlag && inline === undefined && next !== undefined && !next.startsWith('--')
    if (takesNext) index++
    const value = isFlag ? 'true' : (inline ?? (takesNext ? next : undefined))
    if (meaning === undefined) report.add('unknownOption', { name })
    else if (value === undefined) report.add('valueMissing', { name })
    else take(layer, meaning, { name, value, isJson: false }, report)
  }
  return layer
}

const usualConfigFile = './pileus.json'

function readConfigFile(sources: ConfigSources, chosen: Given | undefined, report: Report): Layer {
  const path = typeof chosen?.value === 'string' ? chosen.value : usualConfigFile
  const name = chosen?.name ?? 'The configuration'
  const file = readOrReport(sources, name, path, report)
  if (file === undefined) {
    if (chosen !== undefined) report.add('fileMissing', { name, path })
    return new Map()
  }
  if (file === 'unreadable') return new Map()
  const members = parseMembers(file.text, path, report)
  const layer: Layer = new Map()
  for (const [key, value] of flatten(members)) {
    const meaning = names.keys.get(key)
    const nameInFile = `${key} in ${path}`
    if (meaning === undefined) report.add('unknownKey', { name: nameInFile })
    else {
      take(layer, meaning, { name: nameInFile, value, isJson: true }, report)
      const holdsSecret =
        meaning.kind === 'setting' && settingRow(meaning.key).isSecret && !meaning.isFile
      if (holdsSecret && !file.isPrivate) report.addOpenFile(nameInFile, path)
    }
  }
  return layer
}

function parseMembers(text: string, path: string, report: Report): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
    report.add('fileNotAnObject', { path })
  } catch (error) {
    // The engine's message quotes the text, which may be a secret: only the place is passed on.
    const place = /\(line \d+ column \d+\)$/.exec(error instanceof Error ? error.message : '')
    report.add('fileNotJson', { path, where: place === null ? '' : ` ${place[0]}` })
  }
  return {}
}

/** `{ "mqtt": { "port": 1 } }` and `{ "mqtt.port": 1 }` say the same. */
function* flatten(members: JsonObject, prefix = ''): Generator<readonly [string, JsonValue]> {
  for (const [name, value] of Object.entries(members)) {
    const key = `${prefix}${name}`
    if (isJsonObject(value)) yield* flatten(value, `${key}.`)
    else yield [key, value]
  }
}

function take(layer: Layer, meaning: Meaning, given: Omit<Given, 'isFile'>, report: Report): void {
  if (meaning.kind === 'later') {
    report.add('notOffered', { name: given.name, reason: meaning.reason })
    return
  }
  const { key, isFile } = meaning
  const earlier = layer.get(key)
  if (earlier === undefined) layer.set(key, { ...given, isFile })
  else if (earlier.isFile === isFile) report.add('givenTwice', { name: given.name })
  else report.add('secretAndFile', { name: given.name, otherName: earlier.name })
}

function parseGiven(
  key: SettingKey,
  given: Given,
  sources: ConfigSources,
  report: Report,
): unknown {
  const row = settingRow(key)
  const type = settingTypes[row.type]
  const text = given.isFile ? readSecretFile(sources, given, report) : textOf(row, given)
  if (text === undefined && given.isFile) return undefined
  const value = text === undefined ? undefined : type.parse(text, row)
  if (value !== undefined) return value
  const details = { name: given.name, expected: type.expected(row) }
  if (type.isQuotable) report.add('wrongValueQuoted', { ...details, found: quoted(given.value) })
  else report.add('wrongValue', details)
  return undefined
}

function readSecretFile(sources: ConfigSources, given: Given, report: Report): string | undefined {
  const { name, value: path } = given
  if (typeof path !== 'string' || path === '') {
    report.add('wrongValue', { name, expected: 'the path of a file' })
    return undefined
  }
  const file = readOrReport(sources, name, path, report)
  if (file === 'unreadable') return undefined
  if (file === undefined) {
    report.add('fileMissing', { name, path })
    return undefined
  }
  if (!file.isPrivate) report.addOpenFile(name, path)
  // Editors end files with a line break that is no part of the secret.
  return file.text.replace(/\r?\n$/, '')
}

function readOrReport(
  sources: ConfigSources,
  name: string,
  path: string,
  report: Report,
): PrivateFile | 'unreadable' | undefined {
  try {
    return sources.readFile(path)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    report.add('fileUnreadable', { name, path, reason })
    return 'unreadable'
  }
}

/** The text of a value whose JSON type is the one that the setting has, else `undefined`. */
function textOf(row: SettingRow, { value, isJson }: Given): string | undefined {
  const { json } = settingTypes[row.type]
  if (typeof value === 'string') return isJson && json !== 'string' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') {
    return typeof value === json ? String(value) : undefined
  }
  if (json !== 'strings' || !Array.isArray(value)) return undefined
  return value.every((item) => typeof item === 'string') ? value.join(',') : undefined
}

const quotedCharactersMax = 60

function quoted(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.length > quotedCharactersMax ? `${text.slice(0, quotedCharactersMax)}…` : text
}

/** A limit that is given itself stays what it was given. */
function liftLimits(values: Map<SettingKey, unknown>, given: Layer): void {
  for (const key of settingKeys) {
    if (settingRow(key).isLiftedByOpen && !given.has(key)) values.set(key, Number.POSITIVE_INFINITY)
  }
}

/** Collects problems; files that are too open wait for the setting that may allow them. */
class Report {
  readonly problems: ConfigProblem[] = []
  readonly #openFiles: ConfigProblem[] = []

  add(code: ConfigProblemCode, details: Readonly<Record<string, string>>): void {
    this.problems.push({ code, details })
  }

  addOpenFile(name: string, path: string): void {
    this.#openFiles.push({ code: 'secretFileTooOpen', details: { name, path } })
  }

  reportOpenFiles(areAllowed: boolean): void {
    if (!areAllowed) this.problems.push(...this.#openFiles)
  }
}
