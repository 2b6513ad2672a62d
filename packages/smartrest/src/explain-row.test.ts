import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ExplainedRow, explainPayload } from './explain-row.ts'
import { fillTemplate } from './fill-template.ts'
import { parsePayload } from './parse-payload.ts'
import { rowProblem } from './row-problems.ts'
import { operationTemplates, replyTemplates } from './static-responses.ts'
import { staticRequest, staticTemplates } from './static-templates.ts'

const receivedAt = Date.UTC(2032, 1, 1, 8, 15, 30)
const up = (text: string) => explainPayload(text, { receivedAt, isDownlink: false })
const down = (text: string) => explainPayload(text, { receivedAt, isDownlink: true })

function only(rows: readonly ExplainedRow[]): ExplainedRow {
  const [row, ...more] = rows
  assert.ok(row !== undefined && more.length === 0)
  return row
}

test('a row is explained in the shape in which the platform explains rows', () => {
  assert.deepEqual(up('\n211, 25'), [
    {
      line: 2,
      raw: '211, 25',
      template: {
        kind: 'static',
        msgId: '211',
        name: 'createTemperatureMeasurement',
        summary: 'Report a temperature in degrees Celsius.',
      },
      columns: [
        { index: 0, span: [0, 3], raw: '211', name: 'msgId', type: 'STRING' },
        { index: 1, span: [5, 7], raw: '25', name: 'temperature', type: 'NUMBER', value: 25 },
        {
          index: 2,
          raw: '',
          name: 'time',
          type: 'DATE',
          value: '2032-02-01T08:15:30.000Z',
          defaulted: 'server time',
        },
      ],
      request: {
        method: 'POST',
        path: '/measurement/measurements',
        body: {
          type: 'c8y_TemperatureMeasurement',
          c8y_TemperatureMeasurement: { T: { value: 25, unit: 'C' } },
          time: '2032-02-01T08:15:30.000Z',
        },
      },
    },
  ])
})

/** `name=value` of each parameter, `?` behind what the row does not say itself. */
function parametersOf({ columns }: ExplainedRow): readonly string[] {
  return columns.slice(1).map(({ name = 'ignored', raw, value, defaulted }) => {
    const shown = value === undefined ? raw : String(value)
    return `${name}=${shown}${defaulted === undefined ? '' : '?'}`
  })
}

const parameters = [
  {
    row: '303,acme_Leak',
    are: [
      'type=acme_Leak',
      'text=Alarm of type acme_Leak raised?',
      'time=2032-02-01T08:15:30.000Z?',
    ],
  },
  {
    row: '101,l1',
    are: ['childId=l1', 'name=MQTT Device l1?', 'type=c8y_MQTTChildDevice?', 'isDevice=true?'],
  },
  {
    row: '114,c8y_Restart,,c8y_Command',
    are: ['operation[0]=c8y_Restart', 'operation[1]=', 'operation[2]=c8y_Command'],
  },
  { row: '503,c8y_Command,"a,b"', are: ['fragment=c8y_Command', 'result[0]=a,b'] },
  {
    row: '116,plc,4.1,u,,,,hmi',
    are: ['name[0]=plc', 'version[0]=4.1', 'url[0]=u', 'name[2]=hmi', 'version[2]=?', 'url[2]=?'],
  },
  { row: '105,x', are: ['ignored=x'] },
]
for (const { row, are } of parameters) {
  test(`the parameters of ${row}`, () => assert.deepEqual(parametersOf(only(up(row))), are))
}

/** The row with what is wrong in brackets. */
function markError({ raw, error }: ExplainedRow): string {
  assert.ok(error !== undefined)
  const [start, end] = error.span
  return `${raw.slice(0, start)}[${raw.slice(start, end)}]${raw.slice(end)}`
}

const refused = [
  { row: '200,acme_T,T,warm,C', code: 45, marked: '200,acme_T,T,[warm],C', hint: undefined },
  { row: '200,acme_T,T,"4,2",C', code: 45, marked: '200,acme_T,T,["4,2"],C', hint: /point/ },
  {
    row: '200,acme_F,rate,4,2,l/min',
    code: 45,
    marked: '200,acme_F,rate,4,2,[l/min]',
    hint: /4\.2/,
  },
  { row: '211,4,2', code: 45, marked: '211,4,[2]', hint: /4\.2/ },
  { row: '211,25 C', code: 45, marked: '211,[25 C]', hint: /unit/ },
  { row: '211,25,2032-02-01', code: 45, marked: '211,25,[2032-02-01]', hint: /T00:00:00Z/ },
  {
    row: '211,25,2032-02-01 08:15',
    code: 45,
    marked: '211,25,[2032-02-01 08:15]',
    hint: /01T08:15/,
  },
  {
    row: '211,25,1959236130',
    code: 45,
    marked: '211,25,[1959236130]',
    hint: /2032-02-01T08:15:30/,
  },
  { row: '211', code: 45, marked: '211[]', hint: /211,25/ },
  { row: '200,a,,5', code: 45, marked: '200,a,[],5', hint: /200,/ },
  { row: '210', code: 45, marked: '210[]', hint: /210,/ },
  { row: '117,2.5', code: 45, marked: '117,[2.5]', hint: /whole/ },
  { row: '112,95,8', code: 45, marked: '112,[95],8', hint: undefined },
  { row: '150,SSH,GOPHER', code: 45, marked: '150,SSH,[GOPHER]', hint: undefined },
  { row: '107,name', code: 45, marked: '107,[name]', hint: /itself/ },
  { row: '999,x', code: 40, marked: '[999],x', hint: /collections/ },
  { row: '0110,x', code: 40, marked: '[0110],x', hint: /110/ },
  { row: '510,kiln', code: 40, marked: '[510],kiln', hint: /to the device/ },
  {
    row: '400,x,"open, never closed',
    code: 42,
    marked: '400,x,["open, never closed]',
    hint: /quote/,
  },
  { row: '"400', code: 42, marked: '["400]', hint: /quote/ },
]
for (const { row, code, marked, hint } of refused) {
  test(`what is wrong with ${row}`, () => {
    const explained = only(up(row))
    assert.equal(explained.error?.code, code)
    assert.equal(markError(explained), marked)
    if (hint === undefined) assert.equal(explained.error.hint, undefined)
    else assert.match(explained.error.hint ?? '', hint)
    assert.equal(explained.request, undefined)
  })
}

test('rows are read with the templates that are given', () => {
  const temperature = staticRequest('211')
  const templates = {
    xId: 'acme',
    findRequest: (messageId: string) => (messageId === 'T' ? temperature : rowProblem40(messageId)),
  }
  const [known, unknown] = explainPayload('T,25\n211,25', {
    receivedAt,
    isDownlink: false,
    templates,
  })
  assert.equal(known?.template?.kind, 'custom')
  assert.equal(known?.template?.collection, 'acme')
  assert.equal(known?.columns[1]?.value, 25)
  assert.equal(unknown?.error?.code, 40)
  assert.equal(unknown?.template, undefined)
})

function rowProblem40(messageId: string) {
  const problem = rowProblem('collectionUnknown', messageId, { xId: 'acme' })
  return { ok: false, problem } as const
}

test('rows of one message stand alone, until one cannot be read', () => {
  const rows = up('211,25\n\n211,x\r\n400,a,"open\n211,26')
  assert.deepEqual(
    rows.map(({ line, error }) => [line, error?.code]),
    [
      [1, undefined],
      [3, 45],
      [4, 42],
    ],
  )
  assert.deepEqual(up(' \n'), [])
})

const downlink = [
  {
    row: '511,k,"ls, pwd"',
    names: ['target', 'text'],
    content: { c8y_Command: { text: 'ls, pwd' } },
  },
  { row: '510,k', names: ['target'], content: { c8y_Restart: {} } },
  {
    row: '519,k,OPEN,CLOSED',
    names: ['target', '[0]', '[1]'],
    content: { c8y_RelayArray: ['OPEN', 'CLOSED'] },
  },
  {
    row: '528,k,plc,4.1,,install,hmi,3,u,delete',
    names: [
      'target',
      'name[0]',
      'version[0]',
      'url[0]',
      'action[0]',
      'name[1]',
      'version[1]',
      'url[1]',
      'action[1]',
    ],
    content: {
      c8y_SoftwareUpdate: [
        { name: 'plc', version: '4.1', action: 'install' },
        { name: 'hmi', version: '3', url: 'u', action: 'delete' },
      ],
    },
  },
  {
    row: '527,k,$FW,os,8,u,false,,$CONF,c,t',
    names: [
      'target',
      '$FW',
      '$FW.name[0]',
      '$FW.version[0]',
      '$FW.url[0]',
      '$FW.isPatch[0]',
      '$FW.dependency[0]',
      '$CONF',
      '$CONF.url[0]',
      '$CONF.type[0]',
    ],
    content: {
      c8y_DeviceProfile: {
        firmware: { name: 'os', version: '8', url: 'u', isPatch: 'false' },
        configuration: [{ url: 'c', type: 't' }],
      },
    },
  },
  { row: '106,l1,l2', names: ['childId[0]', 'childId[1]'], content: { childId: ['l1', 'l2'] } },
  { row: '41,pump', names: ['xId'], content: { xId: 'pump', reason: '' } },
  {
    row: '41,100,Device already existing',
    names: ['refusedMsgId', 'text'],
    content: { code: 41, messageId: '100', text: 'Device already existing' },
  },
]
for (const { row, names, content } of downlink) {
  test(`to the device: ${row}`, () => {
    const explained = only(down(row))
    assert.equal(explained.error, undefined)
    assert.deepEqual(
      explained.columns.slice(1, names.length + 1).map(({ name }) => name),
      names,
    )
    assert.deepEqual(explained.content, content)
  })
}

test('to the device: parameters, whatever their names', () => {
  const { content } = only(down('532,k,acme_Fan.on,b,false,acme_Fan.speed,n,5,__proto__.x,s,'))
  assert.equal(
    JSON.stringify(content),
    '{"c8y_ParameterUpdate":{},"acme_Fan":{"on":false,"speed":5},"__proto__":{"x":null}}',
  )
  assert.equal('x' in {}, false)
})

describe('the examples of all templates', () => {
  for (const { messageId, name, example } of staticTemplates) {
    test(`${messageId} ${name}`, () => {
      for (const { error } of up(example.line)) assert.equal(error, undefined)
    })
  }
  for (const { messageId, name, example } of [...operationTemplates, ...replyTemplates]) {
    test(`${messageId} ${name}, to the device`, () => {
      for (const { error } of down(example.line)) assert.equal(error, undefined)
    })
  }
})

const ids = staticTemplates.map(({ messageId }) => messageId)
const pieces = fc.constantFrom(
  ...ids,
  ',',
  ',',
  '"',
  '\\"',
  '\n',
  ' ',
  '25',
  'x',
  '2032-02-01T08:15:30Z',
)

test('whatever is sent, an explanation agrees with what the platform would say', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.boolean(), (parts, isDownlink) => {
      const text = parts.join('')
      const explained = explainPayload(text, { receivedAt, isDownlink })
      const { rows, problem } = parsePayload(text)
      assert.equal(explained.length, rows.length + (problem === undefined ? 0 : 1))
      if (isDownlink) return
      for (const [index, fields] of rows.entries()) {
        const template = staticRequest(fields[0] ?? '')
        const filled = template.ok ? fillTemplate(template.value, fields, receivedAt) : template
        const text = filled.ok ? undefined : filled.problem.text
        assert.equal(explained[index]?.error?.text, text)
      }
    }),
    { numRuns: 500 },
  )
})
