import type {
  DeviceEvent,
  EventFilter,
  FindsEvents,
  SavesEvents,
  TenantReader,
} from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import type { Sequences } from '../sequences.ts'
import { withOwnFragments } from './json-copy.ts'
import { byTime, isWithin, isWithinExclusive, pageOf } from './order.ts'
import { isOwnSource } from './sources.ts'
import type { TenantTables, TenantView } from './tables.ts'

export function findsEvents(view: TenantView): FindsEvents {
  return {
    findEvent: (id) => view.events.get(id),
    findLatestEvent: (sourceId, type) => matching(view, { sourceId, type }).sort(byTime).at(-1),
  }
}

export function savesEvents(tables: TenantTables, sequences: Sequences): SavesEvents {
  return {
    insertEvent(unnumbered) {
      const id = String(sequences.next('event')) as DeviceEvent['id']
      const event = withOwnFragments({ ...unnumbered, id })
      tables.events.set(id, event)
      return event
    },

    saveEvent(event) {
      if (tables.events.get(event.id) === undefined) {
        throw new InternalError(`Event ${event.id} was saved before it was inserted.`)
      }
      tables.events.set(event.id, withOwnFragments(event))
    },

    deleteEvent: (id) => tables.events.delete(id),
  }
}

export function listsEvents(view: TenantView): Pick<TenantReader, 'listEvents' | 'countEvents'> {
  return {
    async listEvents(filter, page) {
      const ascending = matching(view, filter).sort(byTime)
      return pageOf(filter.revert === true ? ascending : ascending.reverse(), page)
    },
    async countEvents(filter) {
      return matching(view, filter).length
    },
  }
}

function matching(view: TenantView, filter: EventFilter): DeviceEvent[] {
  const { sourceId, type, fragmentType, time, created, lastUpdated, visibleTo } = filter
  return [...view.events.values()].filter(
    (event) =>
      (sourceId === undefined || event.sourceId === sourceId) &&
      (type === undefined || event.type === type) &&
      (fragmentType === undefined || Object.hasOwn(event.fragments, fragmentType)) &&
      isWithin(event.time, time) &&
      isWithinExclusive(event.creationTime, created) &&
      isWithinExclusive(event.lastUpdated, lastUpdated) &&
      isOwnSource(view, event.sourceId, visibleTo),
  )
}
