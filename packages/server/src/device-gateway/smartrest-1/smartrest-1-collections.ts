import type { ReadsCommitted } from '@pileus/domain'
import { parseSmartRest1, type SmartRest1Collection, smartRest1Fragment } from '@pileus/smartrest'
import { Collections } from '../template-collections.ts'

/** Type of the external id whose value is the X-ID of a collection of version 1.0. */
export const smartRest1XIdType = 'c8y_SmartRestDeviceIdentifier'

/** The collections of SmartREST 1.0 (thin-edge §19.1). */
export class SmartRest1Collections extends Collections<SmartRest1Collection> {
  constructor(store: ReadsCommitted) {
    super(store, {
      xIdType: smartRest1XIdType,
      fragment: smartRest1Fragment,
      parse(definition) {
        const parsed = parseSmartRest1(definition)
        return parsed.ok ? parsed.value : undefined
      },
    })
  }
}
