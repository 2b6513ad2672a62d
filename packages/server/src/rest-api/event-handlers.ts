import type {
  Actor,
  DeviceEvent,
  EventFilter,
  FindsEvents,
  FindsManagedObjects,
  JsonObject,
  Permission,
} from '@pileus/domain'
import {
  createEvent,
  deleteEvent,
  eventMembers,
  parseEventId,
  parseManagedObjectId,
  pickFragments,
  textMember,
  updateEvent,
  visibilityOf,
} from '@pileus/domain'
import type { QueryValues, RouteNamed } from '@pileus/rest-contract'
import { needsTotal, parseDate } from '@pileus/rest-contract'
import { answerCreation } from './answers.ts'
import { formatEvent } from './event-representation.ts'
import { toPage } from './lists.ts'
import { rangeMember } from './range-member.ts'
import type { Handlers } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid, toRestResult } from './rest-result.ts'
import { Sources } from './sources.ts'

type EventRoute = 'createEvent' | 'listEvents' | 'getEvent' | 'updateEvent' | 'deleteEvent'

export const eventHandlers: Handlers<EventRoute> = {
  async createEvent({ actor, body, mode, baseUrl, wantsBody }, { store, clock }) {
    const time = parseDate(body.time)
    if (time === undefined) return refuseAsInvalid(`Member 'time' is no date: '${body.time}'.`)
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const sources = new Sources(unit.repository)
      const source = await sources.findForWriting(
        actor,
        'ROLE_EVENT_ADMIN',
        body.source.id,
        'eventSourceUnknown',
      )
      if (!source.ok) return source
      const { type, text } = body
      const fragments = pickFragments(body, eventMembers, 'drop')
      const given = { sourceId: source.value.id, type, text, time, fragments }
      const event = await createEvent(unit, given, mode)
      return answerCreation(await formatEvent(sources, event, baseUrl), wantsBody)
    })
  },

  async listEvents({ actor, query, page, baseUrl }, { store }) {
    const filter = parseFilter(query)
    if (filter === undefined) return { ok: true, value: { kind: 'page', items: [], total: 0 } }
    const reader = store.reader(actor.tenantId)
    const visible = { ...filter, ...visibilityOf(actor, 'ROLE_EVENT_READ') }
    const sources = new Sources(reader)
    const items: JsonObject[] = []
    for (const event of await reader.listEvents(visible, toPage(page))) {
      items.push(await formatEvent(sources, event, baseUrl))
    }
    const total = needsTotal(page) ? { total: await reader.countEvents(visible) } : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async getEvent({ actor, params, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const event = await findPermitted(reader, actor, 'ROLE_EVENT_READ', params.id)
    if (!event.ok) return event
    const body = await formatEvent(new Sources(reader), event.value, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  },

  async updateEvent({ actor, params, body, baseUrl, wantsBody }, { store, clock }) {
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const event = await findPermitted(unit.repository, actor, 'ROLE_EVENT_ADMIN', params.id)
      if (!event.ok) return event
      const change = {
        ...textMember('text', body.text),
        fragments: pickFragments(body, eventMembers, 'keep'),
      }
      const updated = toRestResult(await updateEvent(unit, event.value.id, change))
      if (!updated.ok) return updated
      const sources = new Sources(unit.repository)
      const stored = wantsBody ? await formatEvent(sources, updated.value, baseUrl) : undefined
      return { ok: true, value: { kind: 'document', body: stored } }
    })
  },

  async deleteEvent({ actor, params }, { store, clock }) {
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const event = await findPermitted(unit.repository, actor, 'ROLE_EVENT_ADMIN', params.id)
      if (!event.ok) return event
      const deleted = toRestResult(await deleteEvent(unit, event.value.id))
      return deleted.ok ? { ok: true, value: { kind: 'empty' } } : deleted
    })
  },
}

async function findPermitted(
  repository: FindsEvents & FindsManagedObjects,
  actor: Actor,
  permission: Permission,
  idText: string,
): Promise<RestResult<DeviceEvent>> {
  const id = parseEventId(idText)
  const event = id === undefined ? undefined : await repository.findEvent(id)
  if (event === undefined) return refuse('eventNotFound', { id: idText })
  return (await new Sources(repository).mayAct(actor, permission, event.sourceId))
    ? { ok: true, value: event }
    : refuse('accessDenied')
}

type ListQuery = QueryValues<RouteNamed<'listEvents'>['query']>

/** `undefined` for a source that cannot exist: nothing matches. */
function parseFilter(query: ListQuery): EventFilter | undefined {
  const { source, type, fragmentType, revert } = query
  const sourceId = source === undefined ? undefined : parseManagedObjectId(source)
  if (source !== undefined && sourceId === undefined) return undefined
  return {
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(type === undefined ? {} : { type }),
    ...(fragmentType === undefined ? {} : { fragmentType }),
    ...rangeMember('time', query.dateFrom, query.dateTo),
    ...rangeMember('created', query.createdFrom, query.createdTo),
    ...rangeMember('lastUpdated', query.lastUpdatedFrom, query.lastUpdatedTo),
    ...(revert === undefined ? {} : { revert }),
  }
}
