import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findRowTarget, formatOperationRow } from './format-operation-row.ts'

test('the row is the one that the device is sent', () => {
  const operation = { id: '1', c8y_Command: { text: 'show load, last 10' } }
  assert.equal(formatOperationRow(operation, 'meter-8', {}), '511,meter-8,"show load, last 10"')
})

test('what no template says has no row', () => {
  assert.equal(formatOperationRow({ acme_Valve: {} }, 'meter-8', {}), undefined)
  assert.equal(formatOperationRow({ c8y_Restart: {} }, undefined, {}), undefined)
})

test('rows call the device by its serial number', () => {
  const other = { type: 'acme_Id', externalId: 'a' }
  assert.equal(findRowTarget([other, { type: 'c8y_Serial', externalId: 'b' }]), 'b')
  assert.equal(findRowTarget([other]), 'a')
  assert.equal(findRowTarget(undefined), undefined)
})
