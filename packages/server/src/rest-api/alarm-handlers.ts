import type {
  Actor,
  Alarm,
  AlarmChange,
  AlarmFilter,
  AlarmId,
  AlarmSeverity,
  FindsAlarms,
  FindsManagedObjects,
  JsonObject,
  Permission,
  TenantReader,
} from '@pileus/domain'
import {
  alarmMembers,
  normaliseStatus,
  parseAlarmId,
  parseManagedObjectId,
  parseSeverity,
  pickFragments,
  raiseAlarm,
  textMember,
  updateAlarm,
  visibilityOf,
} from '@pileus/domain'
import type { QueryValues, RouteNamed } from '@pileus/rest-contract'
import { needsTotal, parseDate } from '@pileus/rest-contract'
import { formatAlarm } from './alarm-representation.ts'
import { answerCreation } from './answers.ts'
import { toPage } from './lists.ts'
import { rangeMember } from './range-member.ts'
import type { Handlers, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid, toRestResult } from './rest-result.ts'
import { Sources } from './sources.ts'

type AlarmRoute =
  | 'createAlarm'
  | 'listAlarms'
  | 'updateAlarms'
  | 'countAlarms'
  | 'getAlarm'
  | 'updateAlarm'

export const alarmHandlers: Handlers<AlarmRoute> = {
  async createAlarm({ actor, body, mode, baseUrl, wantsBody }, { store, clock }) {
    const time = parseDate(body.time)
    if (time === undefined) return refuseAsInvalid(`Member 'time' is no date: '${body.time}'.`)
    const severity = parseSeverity(body.severity)
    if (severity === undefined) return refuseSeverity(body.severity)
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const sources = new Sources(unit.repository)
      const source = await sources.findForWriting(
        actor,
        'ROLE_ALARM_ADMIN',
        body.source.id,
        'alarmSourceUnknown',
      )
      if (!source.ok) return source
      const { type, text } = body
      const status = normaliseStatus(body.status ?? 'ACTIVE')
      const fragments = pickFragments(body, alarmMembers, 'drop')
      const given = { sourceId: source.value.id, type, text, severity, status, time, fragments }
      const alarm = await raiseAlarm(unit, given, mode)
      return answerCreation(await formatAlarm(sources, alarm, baseUrl), wantsBody)
    })
  },

  async listAlarms({ actor, query, page, baseUrl }, { store }) {
    const filter = parseFilter(actor, query)
    if (filter === undefined) return { ok: true, value: { kind: 'page', items: [], total: 0 } }
    const { revert } = query
    const reader = store.reader(actor.tenantId)
    const sources = new Sources(reader)
    const items: JsonObject[] = []
    const ordered = { ...filter, ...(revert === undefined ? {} : { revert }) }
    for (const alarm of await reader.listAlarms(ordered, toPage(page))) {
      items.push(await formatAlarm(sources, alarm, baseUrl))
    }
    const total = needsTotal(page) ? { total: await reader.countAlarms(filter) } : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async countAlarms({ actor, query }, { store }) {
    const filter = parseFilter(actor, query)
    const count = filter === undefined ? 0 : await store.reader(actor.tenantId).countAlarms(filter)
    return { ok: true, value: { kind: 'count', count } }
  },

  async getAlarm({ actor, params, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const alarm = await findPermitted(reader, actor, 'ROLE_ALARM_READ', params.id)
    if (!alarm.ok) return alarm
    const body = await formatAlarm(new Sources(reader), alarm.value, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  },

  async updateAlarm({ actor, params, body, baseUrl, wantsBody }, { store, clock }) {
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const alarm = await findPermitted(unit.repository, actor, 'ROLE_ALARM_ADMIN', params.id)
      if (!alarm.ok) return alarm
      const change = parseChange(body)
      if (!change.ok) return change
      const updated = toRestResult(await updateAlarm(unit, alarm.value.id, change.value))
      if (!updated.ok) return updated
      const sources = new Sources(unit.repository)
      const stored = wantsBody ? await formatAlarm(sources, updated.value, baseUrl) : undefined
      return { ok: true, value: { kind: 'document', body: stored } }
    })
  },

  async updateAlarms({ actor, query, body, wantsBody }, { store, clock }) {
    if (Object.keys(query).length === 0) {
      return refuseAsInvalid('At least one filter must be given.')
    }
    const filter = parseFilter(actor, query)
    const reader = store.reader(actor.tenantId)
    const ids = filter === undefined ? [] : await listAllIds(reader, filter)
    const status = normaliseStatus(body.status)
    for (let start = 0; start < ids.length; start += alarmsPerUnit) {
      const part = ids.slice(start, start + alarmsPerUnit)
      await store.run(actor.tenantId, clock.now(), async (unit) => {
        // Cleared alarms stay as they are, and one that is gone meanwhile is no fault.
        for (const id of part) await updateAlarm(unit, id, { status, fragments: {} })
      })
    }
    return { ok: true, value: { kind: 'document', body: wantsBody ? {} : undefined } }
  },
}

function parseChange(body: RestRequest<'updateAlarm'>['body']): RestResult<AlarmChange> {
  const severity = typeof body.severity === 'string' ? parseSeverity(body.severity) : undefined
  if (typeof body.severity === 'string' && severity === undefined) {
    return refuseSeverity(body.severity)
  }
  return {
    ok: true,
    value: {
      ...textMember('text', body.text),
      ...(severity === undefined ? {} : { severity }),
      ...(typeof body.status === 'string' ? { status: normaliseStatus(body.status) } : {}),
      fragments: pickFragments(body, alarmMembers, 'keep'),
    },
  }
}

/** Alarms that one unit of work changes: others are not held up for long. */
const alarmsPerUnit = 500

async function listAllIds(reader: TenantReader, filter: AlarmFilter): Promise<readonly AlarmId[]> {
  const ids: AlarmId[] = []
  const limit = 2000
  for (;;) {
    const found = await reader.listAlarms(filter, { offset: ids.length, limit })
    ids.push(...found.map(({ id }) => id))
    if (found.length < limit) return ids
  }
}

function refuseSeverity(text: string): ReturnType<typeof refuseAsInvalid> {
  return refuseAsInvalid(
    `Member 'severity' must be CRITICAL, MAJOR, MINOR or WARNING, not '${text}'.`,
  )
}

async function findPermitted(
  repository: FindsAlarms & FindsManagedObjects,
  actor: Actor,
  permission: Permission,
  idText: string,
): Promise<RestResult<Alarm>> {
  const id = parseAlarmId(idText)
  const alarm = id === undefined ? undefined : await repository.findAlarm(id)
  if (alarm === undefined) return refuse('alarmNotFound', { id: idText })
  return (await new Sources(repository).mayAct(actor, permission, alarm.sourceId))
    ? { ok: true, value: alarm }
    : refuse('accessDenied')
}

type FilterQuery = QueryValues<RouteNamed<'countAlarms'>['query']>

/** `undefined` for a source that cannot exist: nothing matches. */
function parseFilter(actor: Actor, query: FilterQuery): AlarmFilter | undefined {
  const { source, type, status, severity, resolved } = query
  const sourceId = source === undefined ? undefined : parseManagedObjectId(source)
  if (source !== undefined && sourceId === undefined) return undefined
  return {
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(type === undefined ? {} : { types: type }),
    ...(resolved === undefined
      ? status === undefined
        ? {}
        : { statuses: status.map(normaliseStatus) }
      : { resolved }),
    ...(severity === undefined
      ? {}
      : { severities: severity.map(parseSeverity).filter(isSeverity) }),
    ...rangeMember('time', query.dateFrom, query.dateTo),
    ...rangeMember('created', query.createdFrom, query.createdTo),
    ...rangeMember('lastUpdated', query.lastUpdatedFrom, query.lastUpdatedTo),
    ...visibilityOf(actor, 'ROLE_ALARM_READ'),
  }
}

function isSeverity(severity: AlarmSeverity | undefined): severity is AlarmSeverity {
  return severity !== undefined
}
