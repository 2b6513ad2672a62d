import type {
  JsonObject,
  Measurement,
  MeasurementFilter,
  NewMeasurement,
  Unit,
} from '@pileus/domain'
import {
  createMeasurement,
  deleteMeasurement,
  measurementMembers,
  parseManagedObjectId,
  parseMeasurementId,
  pickFragments,
  visibilityOf,
} from '@pileus/domain'
import type { QueryValues, RouteNamed } from '@pileus/rest-contract'
import { measurementBody, needsTotal, parseDate } from '@pileus/rest-contract'
import type { Static } from 'typebox'
import { answerCreation as answerOne } from './answers.ts'
import { compileBody } from './body-schema.ts'
import { toPage } from './lists.ts'
import { formatMeasurement } from './measurement-representation.ts'
import { rangeMember } from './range-member.ts'
import type { Handlers, RestAnswer, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid, runAllOrNothing, toRestResult } from './rest-result.ts'
import { Sources } from './sources.ts'

type MeasurementRoute =
  | 'createMeasurements'
  | 'listMeasurements'
  | 'getMeasurement'
  | 'deleteMeasurement'

export const measurementHandlers: Handlers<MeasurementRoute> = {
  async createMeasurements(request, platform) {
    const isList = isCollection(request)
    const parsed = parseAll(isList ? request.body.measurements : [request.body])
    if (!parsed.ok) return parsed
    return runAllOrNothing(platform, request.actor.tenantId, async (unit) => {
      const created = await createAll(unit, request, parsed.value)
      return created.ok
        ? { ok: true, value: answerCreation(request, isList, created.value) }
        : created
    })
  },

  async listMeasurements({ actor, query, page, baseUrl }, { store }) {
    const filter = parseFilter(query)
    if (filter === undefined) return { ok: true, value: { kind: 'page', items: [], total: 0 } }
    const reader = store.reader(actor.tenantId)
    const visible = { ...filter, ...visibilityOf(actor, 'ROLE_MEASUREMENT_READ') }
    // walk: uplink 12
    const found = await reader.listMeasurements(visible, toPage(page))
    const items = found.map((measurement) => formatMeasurement(measurement, baseUrl))
    const total = needsTotal(page) ? { total: await reader.countMeasurements(visible) } : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async getMeasurement({ actor, params, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const id = parseMeasurementId(params.id)
    const measurement = id === undefined ? undefined : await reader.findMeasurement(id)
    if (measurement === undefined) return refuse('measurementNotFound', { id: params.id })
    const sources = new Sources(reader)
    if (!(await sources.mayAct(actor, 'ROLE_MEASUREMENT_READ', measurement.sourceId))) {
      return refuse('accessDenied')
    }
    const body = formatMeasurement(measurement, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  },

  async deleteMeasurement({ actor, params }, { store, clock }) {
    const id = parseMeasurementId(params.id)
    if (id === undefined) return refuse('measurementNotFound', { id: params.id })
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const measurement = await unit.repository.findMeasurement(id)
      if (measurement === undefined) return refuse('measurementNotFound', { id })
      const sources = new Sources(unit.repository)
      if (!(await sources.mayAct(actor, 'ROLE_MEASUREMENT_ADMIN', measurement.sourceId))) {
        return refuse('accessDenied')
      }
      const deleted = toRestResult(await deleteMeasurement(unit, id))
      return deleted.ok ? { ok: true, value: { kind: 'empty' } } : deleted
    })
  },
}

type CreateRequest = RestRequest<'createMeasurements'>

/** Told by the content type, or by the shape (rest-api §11.2). */
function isCollection({ bodyName, body }: CreateRequest): boolean {
  if (bodyName === 'measurementcollection') return true
  return Array.isArray(body.measurements) && body.source === undefined
}

interface ParsedMeasurement {
  readonly body: Static<typeof measurementBody> & JsonObject
  readonly time: number
}

const parseOne = compileBody(measurementBody)

function parseAll(items: unknown): RestResult<readonly ParsedMeasurement[]> {
  if (!Array.isArray(items)) return refuse('mandatoryMissing', { fields: 'measurements' })
  const parsed: ParsedMeasurement[] = []
  for (const item of items) {
    const body = parseOne(item)
    if (!body.ok) return body
    const time = parseDate(body.value.time)
    if (time === undefined) {
      return refuseAsInvalid(`Member 'time' is no date: '${body.value.time}'.`)
    }
    parsed.push({ body: body.value, time })
  }
  return { ok: true, value: parsed }
}

async function createAll(
  unit: Unit,
  { actor, mode }: CreateRequest,
  parsed: readonly ParsedMeasurement[],
): Promise<RestResult<readonly (Measurement | NewMeasurement)[]>> {
  const sources = new Sources(unit.repository)
  const created: (Measurement | NewMeasurement)[] = []
  for (const { body, time } of parsed) {
    const source = await sources.findForWriting(
      actor,
      'ROLE_MEASUREMENT_ADMIN',
      body.source.id,
      'measurementSourceUnknown',
    )
    if (!source.ok) return source
    const fragments = pickFragments(body, measurementMembers, 'drop')
    const given = { sourceId: source.value.id, type: body.type, time, fragments }
    created.push(await createMeasurement(unit, given, mode))
  }
  return { ok: true, value: created }
}

function answerCreation(
  { baseUrl, wantsBody }: CreateRequest,
  isList: boolean,
  created: readonly (Measurement | NewMeasurement)[],
): RestAnswer {
  const formatted = created.map((measurement) => formatMeasurement(measurement, baseUrl))
  if (isList) {
    return {
      kind: 'document',
      body: wantsBody ? { measurements: formatted } : undefined,
      mediaTypeName: 'measurementCollection',
    }
  }
  return answerOne(formatted[0] ?? {}, wantsBody).value
}

type ListQuery = QueryValues<RouteNamed<'listMeasurements'>['query']>

/** `undefined` for a source that cannot exist: nothing matches. */
function parseFilter(query: ListQuery): MeasurementFilter | undefined {
  const { source, type, dateFrom, dateTo, valueFragmentSeries, revert } = query
  const sourceId = source === undefined ? undefined : parseManagedObjectId(source)
  if (source !== undefined && sourceId === undefined) return undefined
  const valueFragmentType = query.valueFragmentType ?? query.fragmentType
  return {
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(type === undefined ? {} : { type }),
    ...rangeMember('time', dateFrom, dateTo),
    ...(valueFragmentType === undefined ? {} : { valueFragmentType }),
    ...(valueFragmentSeries === undefined ? {} : { valueFragmentSeries }),
    ...(revert === undefined ? {} : { revert }),
  }
}
