import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { after, test } from 'node:test'
import { noPaint } from './paint.ts'
import { runCommandLine } from './run-command-line.ts'
import type { Terminal } from './terminal.ts'

const folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-decode-'))
after(() => folder.remove())

const definition = {
  requestTemplates: [
    {
      msgId: '801',
      name: 'Flow',
      method: 'POST',
      api: 'MEASUREMENT',
      mandatoryValues: [{ value: 'pump_Flow' }],
      customValues: [{ path: 'pump_Flow.F.value', type: 'NUMBER', value: '' }],
    },
  ],
  responseTemplates: [
    {
      msgId: '901',
      name: 'Mode',
      condition: '$.pump_Mode',
      base: '$.pump_Mode',
      pattern: ['level'],
    },
    { msgId: '902', condition: '$.c8y_IsDevice', pattern: ['id'] },
  ],
}
const files = {
  definition: file('definition.json', JSON.stringify(definition)),
  exported: file(
    'exported.json',
    JSON.stringify({
      name: 'pump',
      com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate: definition,
    }),
  ),
  rows: file(
    'rows.csv',
    '10,801,POST,MEASUREMENT,,pump_Flow,,pump_Flow.F.value,NUMBER,\n11,901,pump_Mode,pump_Mode,level\n',
  ),
  operation: file('operation.json', JSON.stringify({ pump_Mode: { level: 5 } })),
  broken: file('broken.json', '{'),
  faulty: file('faulty.csv', '10,801,POST,NOTHING'),
}

for (const name of ['definition', 'exported', 'rows'] as const) {
  test(`a row is read with the templates in ${name}`, async () => {
    const args = ['--collection', files[name], '--topic', 's/uc/pump', '--json']
    const { code, output } = await decode(...args, '801,2031-01-01T00:00:00Z,12.4')
    assert.equal(code, 0)
    const { rows } = JSON.parse(output)
    assert.equal(rows[0].template.collection, 'pump')
    assert.deepEqual(rows[0].request.body, {
      type: 'pump_Flow',
      pump_Flow: { F: { value: 12.4 } },
      time: '2031-01-01T00:00:00.000Z',
    })
  })
}

test('a wrong value is marked, and ends with 1', async () => {
  const { code, output } = await decode('--collection', files.definition, '801,,warm')
  assert.equal(code, 1)
  assert.match(output, /801,,warm\n +\^\^\^\^\n/)
})

test('an id that the collection lacks gets no hint about static templates', async () => {
  const { code, output } = await decode('--collection', files.definition, '--json', '211,25')
  assert.equal(code, 1)
  const { rows } = JSON.parse(output)
  assert.equal(rows[0].error.code, 40)
  assert.equal(rows[0].error.hint, undefined)
})

test('an operation is rendered, template by template', async () => {
  const args = ['--collection', files.definition, '--target', 'pump-1', '--down', files.operation]
  const { code, output } = await decode(...args)
  assert.equal(code, 0)
  assert.equal(
    output,
    [
      '901 Mode  The condition $.pump_Mode finds a value.',
      '  901,pump-1,5',
      '902 902  The condition $.c8y_IsDevice finds nothing but null.',
      '',
    ].join('\n'),
  )
})

const refused = [
  { args: ['--collection', files.broken, '1'], code: 1, says: /broken\.json holds no JSON/ },
  { args: ['--collection', files.faulty, '1'], code: 1, says: /row 1.*POST NOTHING/i },
  { args: ['--collection', join(folder.path, 'nix'), '1'], code: 66, says: /ENOENT/ },
  { args: ['--collection', files.rows, '--topic', 's/us', '1'], code: 64, says: /not on s\/us/ },
  { args: ['--collection', files.rows, '--down'], code: 64, says: /one file is expected/ },
  { args: ['--collection', files.rows, '--down', files.rows], code: 1, says: /holds no JSON/ },
]
for (const { args, code, says } of refused) {
  test(`${args.filter((arg) => !arg.includes('/')).join(' ')} ends with ${code}: ${says}`, async () => {
    const run = await decode(...args)
    assert.equal(run.code, code)
    assert.match(run.errors, says)
  })
}

function file(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}

async function decode(...args: readonly string[]) {
  const said = { output: '', errors: '' }
  const collect = (where: keyof typeof said) =>
    new Writable({
      write: (chunk, _, done) => {
        said[where] += String(chunk)
        done()
      },
    })
  const streams = { input: Readable.from([]), output: collect('output'), errors: collect('errors') }
  const paints = { env: {}, paint: noPaint, paintErrors: noPaint }
  const terminal = { ...streams, ...paints } as unknown as Terminal
  const code = (await runCommandLine(['decode', ...args], terminal)) ?? process.exitCode
  process.exitCode = undefined
  return { code: Number(code ?? 0), ...said }
}
