import type { OperationId } from './ids.ts'
import type { DeliveryEntry, Operation } from './model.ts'
import type { FindsOperations, SavesOperations, Unit } from './ports.ts'

/** Entries of an operation's delivery log; older ones are forgotten (registration §8.3). */
export const deliveryLogEntriesMax = 20

/** Notes that an operation was handed to a session, or acknowledged by its device. */
export async function recordDelivery(
  unit: Unit<FindsOperations & SavesOperations>,
  operationId: OperationId,
  entry: DeliveryEntry,
): Promise<Operation | undefined> {
  const operation = await unit.repository.findOperation(operationId)
  if (operation === undefined) return undefined
  const log = [...operation.delivery.log, entry].slice(-deliveryLogEntriesMax)
  const recorded = { ...operation, delivery: { ...entry, log } }
  await unit.repository.saveOperation(recorded)
  return recorded
}
