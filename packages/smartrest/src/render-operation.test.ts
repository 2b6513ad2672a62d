import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from './json.ts'
import { parsePayload } from './parse-payload.ts'
import { renderOperation, renderOperationRows } from './render-operation.ts'
import type { OperationTemplate } from './response-template.ts'
import { operationTemplates } from './static-responses.ts'

interface OperationCase {
  readonly id: string
  readonly title: string
  readonly input: {
    readonly operation: JsonObject
    readonly externalId: string
    readonly device?: JsonObject
  }
  readonly expect: {
    readonly rows: readonly (readonly string[])[]
    readonly payload: string | null
  }
}

const golden = new URL('../../testing/golden/operation-rows.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: readonly OperationCase[] }

for (const { id, title, input, expect } of cases) {
  test(`${id} ${title}`, () => {
    const { operation, externalId, device } = input
    assert.deepEqual(renderOperationRows(operation, externalId, device), expect.rows)
    assert.equal(renderOperation(operation, externalId, device), expect.payload ?? undefined)
  })
}

for (const template of operationTemplates) {
  test(`${template.messageId} ${template.name}: its documented example`, () => {
    const { operation, device, line }: OperationTemplate['example'] = template.example
    assert.equal(renderOperation(operation, 'kiln-1', device), line)
  })
}

const irregular: { operation: JsonObject; device?: JsonObject; line: string | undefined }[] = [
  { operation: { c8y_Restart: null }, line: '510,t' },
  { operation: { c8y_Command: 'reboot' }, line: '511,t,' },
  { operation: { c8y_Firmware: { version: 3, isPatch: 'true' } }, line: '525,t,,3,,' },
  { operation: { c8y_Firmware: { isPatch: false, dependency: '' } }, line: '515,t,,,' },
  { operation: { c8y_UploadConfigFile: { type: '' } }, line: '520,t' },
  { operation: { c8y_DownloadConfigFile: { type: null } }, line: '521,t,' },
  { operation: { c8y_SoftwareList: {} }, line: undefined },
  { operation: { c8y_SoftwareList: [null, 'x'] }, line: '516,t,,,,,,' },
  { operation: { c8y_RelayArray: 'OPEN' }, line: undefined },
  {
    operation: { c8y_SoftwareUpdate: [] },
    device: { c8y_SupportedSoftwareTypes: [] },
    line: '528,t',
  },
  { operation: { c8y_DeviceProfile: [] }, line: undefined },
  { operation: { c8y_DeviceProfile: { firmware: {}, software: [] } }, line: '527,t' },
  {
    operation: { c8y_DeviceProfile: { firmware: { isPatch: 'true', dependency: '8' } } },
    line: '527,t,$FW,,,,true,8',
  },
  {
    operation: {
      c8y_ParameterUpdate: {},
      c8y_ParameterUpdate_b: {},
      c8y_ParameterUpdate_a: {},
      a: { deep: { list: [1, 2], none: null, empty: {} } },
      b: 7,
      unmarked: { x: 1 },
    },
    line: '532,t,a.deep.list,s,"[1,2]",a.deep.none,s,,b,n,7',
  },
  { operation: { c8y_ParameterUpdate_a: {}, a: { x: 1 } }, line: undefined },
]
for (const { operation, device, line } of irregular) {
  test(`${JSON.stringify(operation)} becomes ${line ?? 'nothing'}`, () => {
    assert.equal(renderOperation(operation, 't', device), line)
  })
}

test('any operation renders, and what is written reads back', () => {
  const fragments = [...new Set(operationTemplates.map(({ fragment }) => fragment))]
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>
  const operations = fc.dictionary(fc.constantFrom(...fragments), value)
  fc.assert(
    fc.property(operations, (operation) => {
      const rows = renderOperationRows(operation, 'kiln-1')
      const ids = rows.map(([messageId]) => Number(messageId))
      assert.deepEqual(
        ids,
        [...ids].sort((left, right) => left - right),
      )
      // smartrest-csv W7: a backslash before a closing quote does not come back.
      if (rows.flat().some((text) => text.endsWith('\\'))) return
      assert.deepEqual(parsePayload(renderOperation(operation, 'kiln-1') ?? ''), { rows })
    }),
    { numRuns: 300 },
  )
})
