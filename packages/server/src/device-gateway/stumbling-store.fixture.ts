import type { RunsUnits, Store, Unit } from '@pileus/domain'
import { PlatformError } from '../platform-error.ts'

/**
 * A store in which an event of type `mistake`, or an object of that name, meets a mistake of ours,
 * and an event of type `full` a failure of the storage.
 */
export function stumbling(store: Store): Store {
  return {
    ...store,
    run: (tenantId, now, work) => store.run(tenantId, now, (unit) => work(stumble(unit))),
    openBatch: ((tenantId, now, perform) =>
      store.openBatch(tenantId, now, (unit, message) =>
        perform(stumble(unit), message),
      )) as RunsUnits['openBatch'],
  }
}

function stumble(unit: Unit): Unit {
  const { repository } = unit
  const insertEvent: typeof repository.insertEvent = (event) => {
    if (event.type === 'mistake') throw new TypeError('we are wrong')
    if (event.type === 'full') throw new PlatformError('storageFull', { reason: 'test' })
    return repository.insertEvent(event)
  }
  const insertManagedObject: typeof repository.insertManagedObject = (managedObject) => {
    if (managedObject.name === 'mistake') throw new TypeError('we are wrong')
    return repository.insertManagedObject(managedObject)
  }
  return Object.create(unit, {
    repository: { value: { ...repository, insertEvent, insertManagedObject } },
    announce: { value: unit.announce.bind(unit) },
    rememberReceipt: { value: unit.rememberReceipt.bind(unit) },
    hasReceipt: { value: unit.hasReceipt.bind(unit) },
    instance: { get: () => unit.instance },
    now: { value: unit.now },
  })
}
