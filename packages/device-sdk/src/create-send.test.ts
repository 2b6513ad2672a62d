import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staticTemplates } from '@pileus/smartrest'
import { createSend } from './create-send.ts'
import { requestRow } from './request-row.ts'

const rows: string[] = []
const send = createSend({
  sendRow: (row) => {
    rows.push(row)
    return Promise.resolve()
  },
  ask: (row, replyId) => Promise.resolve([row, replyId]),
})

test('there is a method for each row of the table, and no other', () => {
  assert.deepEqual(
    Object.keys(send),
    staticTemplates.map(({ name }) => name),
  )
})

test('a method sends its row', async () => {
  await send.createBatteryMeasurement({ level: 64 })
  assert.deepEqual(rows.splice(0), ['212,64'])
  assert.equal(requestRow('createBatteryMeasurement', { level: 64 }), '212,64')
})

test('a refused value is a rejected promise, and nothing is sent', async () => {
  await assert.rejects(send.createBatteryMeasurement({ level: Number.NaN }), {
    code: 'valueRefused',
  })
  assert.deepEqual(rows, [])
})

test('questions give the columns of their answers: all, or the only one', async () => {
  assert.deepEqual(await send.getChildDevices(), ['105', '106'])
  assert.equal(await send.getOwnId(), '123')
})
