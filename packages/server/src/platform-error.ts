interface PlatformErrorRow {
  /** One sentence for the operator: what is wrong and what to do. `{name}` is filled in. */
  readonly text: string
  /** With what the process ends when this happens at start or cannot be survived (reliability §20). */
  readonly exitCode?: number
}

/** Every way in which the world outside may break its promises to us. */
export const platformErrors = {
  dataFolderInUse: {
    text: 'The data folder {folder} is in use by another process.',
    exitCode: 69,
  },
  portInUse: {
    text: 'Port {port} on {host} is in use by another program; choose another one with {variable}.',
    exitCode: 69,
  },
  addressUnusable: {
    text: 'Cannot listen on {host}, port {port} ({variable}): {reason}.',
    exitCode: 69,
  },
  dataFolderUnusable: { text: 'The data folder {folder} cannot be used: {reason}.', exitCode: 78 },
  consoleUnusable: { text: 'The console in {folder} cannot be served: {reason}.', exitCode: 78 },
  networkFileSystem: {
    text: 'The data folder {folder} is on a network file system, where locks cannot be trusted.',
    exitCode: 71,
  },
  sqliteUnsafe: {
    text: 'SQLite {version} is not safe for this platform: 3.51.3 or newer is needed, not 3.52.0.',
    exitCode: 71,
  },
  databaseSettingRefused: {
    text: 'The database does not keep the setting {setting}: wanted {wanted}, found {found}.',
    exitCode: 71,
  },
  databaseForeign: { text: '{file} is not a database of this platform.', exitCode: 72 },
  schemaNewer: {
    text: 'The database has schema version {found}, this program knows {known}: use a newer program.',
    exitCode: 72,
  },
  schemaChanged: {
    text: 'Migration {version} of the database is not the one that this program knows.',
    exitCode: 72,
  },
  databaseCorrupt: { text: 'The database {file} is damaged: {reason}.', exitCode: 74 },
  storageFailed: {
    text: 'The disk failed while data was written: {reason}. Nothing more is acknowledged.',
    exitCode: 74,
  },
  storageFull: { text: 'The storage is full: {reason}.' },
  storageRefused: { text: 'The storage refused the data: {reason}.' },
  storageBusy: { text: 'The storage is behind: {waiting} units are waiting.' },
  storageClosed: { text: 'The storage is closed.' },
  readTookTooLong: { text: 'A read took longer than {limitMs} ms and was ended.' },
  readFailed: { text: 'A read failed: {reason}.' },
  sequenceExhausted: { text: 'No more ids of kind {kind} are left.' },
  keyWrong: { text: '{name} is not the key that this data was written with.', exitCode: 77 },
  keyMissing: { text: '{name} is missing, and this data was written with its key.', exitCode: 77 },
  keyMalformed: { text: '{name} must hold {expected}.', exitCode: 78 },
  keyTooOpen: {
    text: '{name} must not be accessible to group or others (chmod 600).',
    exitCode: 78,
  },
  passwordWorkBusy: { text: 'Too many passwords are being hashed at once.' },
} as const satisfies Record<string, PlatformErrorRow>

export type PlatformErrorCode = keyof typeof platformErrors

/** The world broke a promise; an operator or a retry can do something about it. */
export class PlatformError extends Error {
  readonly code: PlatformErrorCode
  readonly details: Readonly<Record<string, string>>

  constructor(
    code: PlatformErrorCode,
    details: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    const text = platformErrors[code].text.replace(/\{(\w+)\}/g, (_, name) => details[name] ?? '')
    super(text, options)
    this.name = 'PlatformError'
    this.code = code
    this.details = details
  }

  /** With what the process ends if it cannot go on. */
  get exitCode(): number {
    const row: PlatformErrorRow = platformErrors[this.code]
    return row.exitCode ?? 70
  }
}

/** We broke a promise: a mistake in this program. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}
