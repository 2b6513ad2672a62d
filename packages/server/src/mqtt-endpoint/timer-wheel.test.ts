import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TimerWheel, WheelEntry } from './timer-wheel.ts'

class Alarm extends WheelEntry {
  readonly rung: number[] = []
  onRing: (nowMs: number) => void = () => {}

  onDue(nowMs: number): void {
    this.rung.push(nowMs)
    this.onRing(nowMs)
  }
}

test('wakes an entry once, at its time or up to one tick later', () => {
  const wheel = new TimerWheel({ tickMs: 100, nowMs: 0 })
  const alarm = new Alarm()
  wheel.plan(alarm, 250)
  for (let nowMs = 50; nowMs <= 1000; nowMs += 50) wheel.advance(nowMs)
  assert.deepEqual(alarm.rung, [300])
})

test('plans anew instead of twice, keeps an earlier time, and cancels', () => {
  const wheel = new TimerWheel({ tickMs: 100, nowMs: 0 })
  const [moved, kept, cancelled] = [new Alarm(), new Alarm(), new Alarm()]
  wheel.plan(moved, 100)
  wheel.plan(moved, 300)
  wheel.plan(kept, 100)
  wheel.planAtLatest(kept, 300)
  wheel.plan(cancelled, 100)
  wheel.cancel(cancelled)
  for (let nowMs = 100; nowMs <= 500; nowMs += 100) wheel.advance(nowMs)
  assert.deepEqual([moved.rung, kept.rung, cancelled.rung], [[300], [100], []])
})

test('an entry may plan itself and cancel others while it wakes', () => {
  const wheel = new TimerWheel({ tickMs: 100, nowMs: 0 })
  const [first, second] = [new Alarm(), new Alarm()]
  first.onRing = (nowMs) => {
    wheel.cancel(second)
    wheel.plan(first, nowMs + 100)
  }
  wheel.plan(first, 100)
  wheel.plan(second, 100)
  wheel.advance(100)
  wheel.advance(200)
  assert.deepEqual([first.rung, second.rung], [[100, 200], []])
})

test('agrees with a plain list, however far times and steps are', () => {
  const ms = fc.integer({ min: 0, max: 200_000 })
  fc.assert(
    fc.property(fc.array(ms, { maxLength: 30 }), fc.array(ms, { maxLength: 30 }), (dues, steps) => {
      const wheel = new TimerWheel({ tickMs: 100, nowMs: 0 })
      const alarms = dues.map((dueMs) => {
        const alarm = new Alarm()
        wheel.plan(alarm, dueMs)
        return { alarm, dueMs: Math.max(Math.ceil(dueMs / 100) * 100, 100) }
      })
      let nowMs = 0
      const times = steps.map((step) => (nowMs += step))
      for (const time of times) wheel.advance(time)
      for (const { alarm, dueMs } of alarms) {
        const expected = times.find((time) => Math.floor(time / 100) * 100 >= dueMs)
        assert.deepEqual(alarm.rung, expected === undefined ? [] : [expected])
      }
    }),
  )
})
