import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  formatRows,
  type OperationTemplate,
  operationTemplates,
  parsePayload,
  renderOperationRows,
} from '@pileus/smartrest'
import { parseOperationRow, parseOperations } from './operation.ts'

describe('operations of the table', () => {
  for (const template of operationTemplates as readonly OperationTemplate[]) {
    test(`${template.messageId} ${template.name}`, () => {
      const { operation: asked, device, line } = template.example
      const rows = renderOperationRows(asked, 'kiln-1', device)
      assert.deepEqual(parsePayload(formatRows(rows)), parsePayload(line))
      const operation = parseOperations(parsePayload(line).rows).at(-1)
      assert.ok(operation)
      const { messageId, name, fragment } = template
      assert.deepEqual(
        { ...operation, values: {}, items: [] },
        {
          messageId,
          name,
          fragment,
          externalId: 'kiln-1',
          row: rows.at(-1),
          values: {},
          items: [],
        },
      )
    })
  }
})

const parsed = [
  { line: '511,m1,"show ""x"", all"', values: { text: 'show "x", all' } },
  { line: '515,m1,os,8.2', values: { name: 'os', version: '8.2', url: '' } },
  {
    line: '516,m1,plc,4.1,u,log',
    items: [
      { name: 'plc', version: '4.1', url: 'u' },
      { name: 'log', version: '', url: '' },
    ],
  },
  { line: '519,m1,OPEN,CLOSED', items: [{ state: 'OPEN' }, { state: 'CLOSED' }] },
  {
    line: '532,m1,acme_Fan.left,b,false,acme_Fan.speed,n,5',
    items: [
      { path: 'acme_Fan.left', type: 'b', value: 'false' },
      { path: 'acme_Fan.speed', type: 'n', value: '5' },
    ],
  },
  {
    line: '527,m1,$FW,os,8.2.0,u1,false,,$SW,plc,4.1,u2,install,$CONF,u3,recipe',
    items: [
      {
        section: 'firmware',
        name: 'os',
        version: '8.2.0',
        url: 'u1',
        isPatch: 'false',
        dependency: '',
      },
      { section: 'software', name: 'plc', version: '4.1', url: 'u2', action: 'install' },
      { section: 'configuration', url: 'u3', type: 'recipe' },
    ],
  },
  {
    line: '531,m1,$SW,plc,4.1,deb,,install',
    items: [
      {
        section: 'software',
        name: 'plc',
        version: '4.1',
        softwareType: 'deb',
        url: '',
        action: 'install',
      },
    ],
  },
]

describe('columns by name', () => {
  for (const { line, values = {}, items = [] } of parsed) {
    test(line, () => {
      const operation = parseOperationRow(parsePayload(line).rows[0] ?? [])
      assert.deepEqual(operation?.values, values)
      assert.deepEqual(operation?.items, items)
    })
  }
})

test('rows of several templates for one operation are one operation, the last says most', () => {
  const { rows } = parsePayload('527,m1,$SW,plc,4.1,,install\n531,m1,$SW,plc,4.1,deb,,install')
  assert.deepEqual(
    parseOperations(rows).map(({ messageId }) => messageId),
    ['531'],
  )
})

test('equal rows are operations each', () => {
  const { rows } = parsePayload('510,m1\n510,m1\n510,m1_child\n511,m1,x')
  assert.equal(parseOperations(rows).length, 4)
})

test('what tells of no operation is none', () => {
  const { rows } = parsePayload('106,m1_a\n999,m1\n510\n510,')
  assert.deepEqual(parseOperations(rows), [])
})
