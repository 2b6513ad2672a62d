import type { Unit } from '@pileus/domain'
import type { TracesMessage } from './session-ports.ts'

/** The same unit, which tells the trace what it announces. */
export function tracedUnit(unit: Unit, trace: TracesMessage): Unit {
  return {
    tenantId: unit.tenantId,
    now: unit.now,
    repository: unit.repository,
    instance: unit.instance,
    tenant: (tenantId) => unit.tenant(tenantId),
    hasReceipt: (receipt) => unit.hasReceipt(receipt),
    rememberReceipt: (receipt) => unit.rememberReceipt(receipt),
    announce: (event, tenantId) => {
      trace.announced(event)
      unit.announce(event, tenantId)
    },
  }
}
