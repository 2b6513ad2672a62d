// What a row of a user's collection costs beside the static row to the same effect: finding the
// template and filling it. `npm run bench --workspace packages/smartrest`
import { parseCollectionRows } from './collection-rows.ts'
import { fillTemplate } from './fill-template.ts'
import { parsePayload } from './parse-payload.ts'
import { renderCollectionRows } from './render-collection.ts'
import { renderOperationRows } from './render-operation.ts'
import type { RowResult } from './row-problems.ts'
import { staticRequest } from './static-templates.ts'
import type { RequestTemplate } from './template.ts'
import { findCollectionRequest, type TemplateCollection } from './template-collection.ts'

const callsPerRound = 20_000
const rounds = 100

/** A device protocol of realistic size: 60 request templates, 40 response templates. */
const collection = collectionOf([
  '10,c200,POST,MEASUREMENT,,,,acme_Core.T.value,NUMBER,,acme_Core.T.unit,STRING,',
  '10,c211,POST,MEASUREMENT,,c8y_TemperatureMeasurement,,c8y_TemperatureMeasurement.T.value,NUMBER,,c8y_TemperatureMeasurement.T.unit,STRING,C',
  '10,c302,POST,ALARM,,,,ACTIVE,MAJOR,',
  '10,c400,POST,EVENT,,,,',
  '11,c511,c8y_Command,c8y_Command,text',
  '11,c524,c8y_DownloadConfigFile,c8y_DownloadConfigFile.type,url,type',
  ...Array.from(
    { length: 56 },
    (_, index) => `10,r${index},POST,EVENT,,acme,text,,a.b[${index}],,`,
  ),
  ...Array.from(
    { length: 38 },
    (_, index) => `11,o${index},,acme_Purge${index},acme_Purge${index}.s`,
  ),
])

function collectionOf(rows: readonly string[]): TemplateCollection {
  const defined = parseCollectionRows(rows.join('\n'))
  if (!defined.ok) throw new Error(defined.problem.text)
  return defined.value.collection
}

function filling(line: string, find: (messageId: string) => RowResult<RequestTemplate>) {
  const [fields = []] = parsePayload(line).rows
  return () => {
    const template = find(fields[0] ?? '')
    const filled = template.ok ? fillTemplate(template.value, fields, 0) : template
    if (!filled.ok) throw new Error(filled.problem.text)
    return Object.keys(filled.value.body).length
  }
}

/** ns of one call. */
function measure(call: () => number): number {
  let sum = 0
  const startedAt = performance.now()
  for (let index = 0; index < callsPerRound; index++) sum += call()
  if (sum === 0) throw new Error('nothing was made')
  return ((performance.now() - startedAt) / callsPerRound) * 1e6
}

/** The fastest rounds count, taken in turn: whatever else the machine does meets both. */
function compare(name: string, shipped: () => number, custom: () => number): void {
  let [ofShipped, ofCustom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < rounds; round++) {
    ofShipped = Math.min(ofShipped, measure(shipped))
    ofCustom = Math.min(ofCustom, measure(custom))
  }
  const figures = `${ofShipped.toFixed(0)} ns static, ${ofCustom.toFixed(0)} ns custom`
  console.log(`${name.padEnd(34)} ${figures}, ${(ofCustom / ofShipped).toFixed(2)} times`)
}

const custom = (messageId: string) => findCollectionRequest(collection, 'bench', messageId)
const at = '2032-02-01T08:15:30Z'
compare(
  'measurement, everything given',
  filling(`200,acme_Core,T,930.5,C,${at}`, staticRequest),
  filling(`c200,acme_Core,${at},930.5,C`, custom),
)
compare(
  'measurement, one number',
  filling('211,25.5', staticRequest),
  filling('c211,,25.5', custom),
)
compare(
  'alarm',
  filling(`302,acme_Flameout,No flame,${at}`, staticRequest),
  filling(`c302,acme_Flameout,No flame,${at}`, custom),
)
compare(
  'event',
  filling(`400,acme_Door,Door is open,${at}`, staticRequest),
  filling(`c400,acme_Door,Door is open,${at}`, custom),
)

const command = { id: '811', deviceId: '6600', status: 'PENDING', c8y_Command: { text: 'df' } }
compare(
  'operation, all templates tried',
  () => renderOperationRows(command, 'kiln-1').length,
  () => renderCollectionRows(collection, command, 'kiln-1').length,
)
