import type {
  FindsOperations,
  Operation,
  OperationFilter,
  SavesOperations,
  TenantReader,
} from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import { hasOperationMember } from '../operation-members.ts'
import type { Sequences } from '../sequences.ts'
import { withOwnFragments } from './json-copy.ts'
import { byId, isWithin, pageOf } from './order.ts'
import { deviceAndBelow } from './references.ts'
import { isOwnSource } from './sources.ts'
import type { TenantTables, TenantView } from './tables.ts'

export function findsOperations(view: TenantView): FindsOperations {
  return {
    findOperation: (id) => view.operations.get(id),

    listOperationsOfDevice: ({ deviceId, status, fragment, limit }) =>
      [...view.operations.values()]
        .filter((operation) => operation.deviceId === deviceId && operation.status === status)
        .filter((operation) => fragment === undefined || hasOperationMember(operation, fragment))
        .sort(byCreation)
        .slice(0, limit),

    listPendingOperationsBelow({ rootId, after, limit }) {
      const deviceIds = deviceAndBelow(view, rootId, { entersAgents: false })
      return [...view.operations.values()]
        .filter((operation) => operation.status === 'PENDING' && deviceIds.has(operation.deviceId))
        .filter((operation) => after === undefined || byCreation(operation, after) > 0)
        .sort(byCreation)
        .slice(0, limit)
    },
  }
}

type Created = Pick<Operation, 'creationTime' | 'id'>

function byCreation(left: Created, right: Created): number {
  return left.creationTime - right.creationTime || byId(left, right)
}

export function savesOperations(tables: TenantTables, sequences: Sequences): SavesOperations {
  return {
    insertOperation(unnumbered) {
      const id = String(sequences.next('operation')) as Operation['id']
      const operation = withOwnFragments({ ...unnumbered, id })
      tables.operations.set(id, operation)
      return operation
    },

    saveOperation(operation) {
      if (tables.operations.get(operation.id) === undefined) {
        throw new InternalError(`Operation ${operation.id} was saved before it was inserted.`)
      }
      tables.operations.set(operation.id, withOwnFragments(operation))
    },
  }
}

export function listsOperations(
  view: TenantView,
): Pick<TenantReader, 'listOperations' | 'countOperations'> {
  return {
    async listOperations(filter, page) {
      const ascending = matching(view, filter).sort(byId)
      return pageOf(filter.revert === true ? ascending.reverse() : ascending, page)
    },
    async countOperations(filter) {
      return matching(view, filter).length
    },
  }
}

function matching(view: TenantView, filter: OperationFilter): Operation[] {
  const { deviceId, agentId, statuses, fragmentType, creationTime, visibleTo } = filter
  const served =
    agentId === undefined ? undefined : deviceAndBelow(view, agentId, { entersAgents: true })
  return [...view.operations.values()].filter(
    (operation) =>
      (deviceId === undefined || operation.deviceId === deviceId) &&
      (served === undefined || served.has(operation.deviceId)) &&
      (statuses === undefined || statuses.includes(operation.status)) &&
      (fragmentType === undefined || Object.hasOwn(operation.fragments, fragmentType)) &&
      isWithin(operation.creationTime, creationTime) &&
      isOwnSource(view, operation.deviceId, visibleTo),
  )
}
