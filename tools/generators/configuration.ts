import { laterSettings, type SettingRow, settings } from '@pileus/server/src/config/settings.ts'
import { code, page, plain, table } from './markdown.ts'

export function configurationPage(): string {
  const rows = Object.entries<SettingRow>(settings)
  const isLimit = ([key]: readonly [string, SettingRow]): boolean => /^limits\.\w+\./.test(key)
  return page(
    'Configuration',
    'packages/server/src/config/settings.ts',
    'A setting comes from the command line (`npm start -- --http-port 8081`), otherwise from the environment, otherwise from the file `pileus.json`, otherwise its default holds. In the file the dots of a key are nested objects. A name that is not here stops the start, and the last line says which.',
    'Every secret can also come from a file: `PILEUS_ADMIN_PASSWORD_FILE` names one that only its owner may read.',
    settingTable(rows.filter((row) => !isLimit(row))),
    '## Limits',
    'Those marked _open_ are lifted by `PILEUS_LIMITS=open` unless they are given themselves.',
    settingTable(rows.filter(isLimit)),
    '## Reserved',
    'Understood, and refused until a release offers them.',
    table(
      ['Key', 'Variable', 'Why not yet'],
      Object.entries(laterSettings).map(([key, { variable, reason }]) => [
        code(key),
        code(variable),
        plain(reason),
      ]),
    ),
  )
}

function settingTable(rows: readonly (readonly [string, SettingRow])[]): string {
  return table(
    ['Key', 'Variable', 'Type', 'Default', 'Meaning'],
    rows.map(([key, row]) => [
      code(key),
      code(row.variable),
      row.choices === undefined ? row.type : row.choices.map(code).join(', '),
      defaultOf(row),
      plain(row.meaning) + remarks(row),
    ]),
  )
}

function defaultOf({ default: value }: SettingRow): string {
  if (value === undefined) return ''
  return Array.isArray(value) && value.length === 0 ? 'none' : code(String(value))
}

function remarks(row: SettingRow): string {
  return [
    row.isSecret ? ' _Secret._' : '',
    row.isForFirstStart ? ' _Read at the first start only._' : '',
    row.isLiftedByOpen ? ' _Open._' : '',
  ].join('')
}
