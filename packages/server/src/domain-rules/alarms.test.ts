import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AlarmId, ManagedObjectId, NewAlarm, ProcessingMode } from '@pileus/domain'
import { parseSeverity, raiseAlarm, updateAlarm, updateMatchingAlarm } from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import type { Rules } from './rules.fixture.ts'
import { openRules } from './rules.fixture.ts'

const all = { offset: 0, limit: 1000 }

function anAlarm(members: Partial<NewAlarm> = {}): NewAlarm {
  return {
    sourceId: '1001' as ManagedObjectId,
    type: 'pump_Overheat',
    text: 'too hot',
    severity: 'MAJOR',
    status: 'ACTIVE',
    time: 1000,
    fragments: {},
    ...members,
  }
}

function raise(rules: Rules, members: Partial<NewAlarm> = {}, mode: ProcessingMode = 'PERSISTENT') {
  return rules.run((unit) => raiseAlarm(unit, anAlarm(members), mode))
}

function alarmsOf(rules: Rules) {
  return rules.store.reader(firstTenant).listAlarms({ revert: true }, all)
}

describe('an alarm that is raised again', () => {
  test('counts, and moves its time, and ignores everything else', async () => {
    await using rules = openRules()
    const first = await raise(rules, { fragments: { a: 1 } })
    rules.clock.advance(5000)
    await raise(rules, { time: 3000, text: 'hotter', severity: 'CRITICAL', fragments: { b: 2 } })
    assert.deepEqual(await alarmsOf(rules), [
      { ...first, count: 2, time: 3000, lastUpdated: rules.clock.now() },
    ])
  })

  test('stays acknowledged', async () => {
    await using rules = openRules()
    await raise(rules)
    await rules.run((unit) =>
      updateMatchingAlarm(
        unit,
        anAlarm().sourceId,
        anAlarm().type,
        { status: 'ACKNOWLEDGED', fragments: {} },
        [],
      ),
    )
    await raise(rules)
    const [alarm, ...others] = await alarmsOf(rules)
    assert.deepEqual([alarm?.status, alarm?.count, others.length], ['ACKNOWLEDGED', 2, 0])
  })

  test('is a new one after it was cleared', async () => {
    await using rules = openRules()
    await raise(rules)
    await rules.run((unit) =>
      updateMatchingAlarm(
        unit,
        anAlarm().sourceId,
        anAlarm().type,
        { status: 'CLEARED', fragments: {} },
        [],
      ),
    )
    await raise(rules)
    assert.deepEqual((await alarmsOf(rules)).map(({ status }) => status).toSorted(), [
      'ACTIVE',
      'CLEARED',
    ])
  })

  for (const mode of ['QUIESCENT', 'CEP'] as const) {
    test(`is stored in mode ${mode}, which alarms do not have`, async () => {
      await using rules = openRules()
      await raise(rules, {}, mode)
      assert.equal((await alarmsOf(rules)).length, 1)
    })
  }

  test('is told but neither stored nor counted in mode TRANSIENT', async () => {
    await using rules = openRules()
    await raise(rules)
    const told = await raise(rules, { time: 5000 }, 'TRANSIENT')
    assert.equal('id' in told, false)
    const [alarm] = await alarmsOf(rules)
    assert.deepEqual([alarm?.count, alarm?.time], [1, 1000])
  })
})

describe('a change of an alarm', () => {
  test('cannot bring a cleared one back, but may change its other members', async () => {
    await using rules = openRules()
    const alarm = await raise(rules, { status: 'CLEARED' })
    const id = ('id' in alarm ? alarm.id : '') as AlarmId
    for (const status of ['ACTIVE', 'ACKNOWLEDGED', 'own']) {
      const refused = await rules.run((unit) => updateAlarm(unit, id, { status, fragments: {} }))
      assert.equal(refused.ok ? 'done' : refused.problem.code, 'alarmCleared')
    }
    const change = { status: 'CLEARED', text: 'was hot', fragments: { note: 'x' } }
    const changed = await rules.run((unit) => updateAlarm(unit, id, change))
    assert.ok(changed.ok)
    assert.deepEqual([changed.value.text, changed.value.fragments], ['was hot', { note: 'x' }])
  })

  test('by type means the active one before the acknowledged one', async () => {
    await using rules = openRules()
    // Two unresolved ones, as only an own status makes them.
    await rules.run(async ({ repository, now }) => {
      const times = { count: 1, firstOccurrenceTime: now, creationTime: now, lastUpdated: now }
      await repository.insertAlarm({ ...anAlarm({ status: 'ACKNOWLEDGED', time: 9000 }), ...times })
      await repository.insertAlarm({ ...anAlarm({ time: 2000 }), ...times })
    })
    const { sourceId, type } = anAlarm()
    const cleared = await rules.run((unit) =>
      updateMatchingAlarm(unit, sourceId, type, { status: 'CLEARED', fragments: {} }, []),
    )
    assert.ok(cleared.ok)
    assert.equal(cleared.value.time, 2000)
  })

  test('by type is refused where none is unresolved, and for protected names', async () => {
    await using rules = openRules()
    const { sourceId, type } = anAlarm()
    const change = (unset: readonly string[]) =>
      rules.run((unit) => updateMatchingAlarm(unit, sourceId, type, { fragments: {} }, unset))
    const codeOf = async (unset: readonly string[]) => {
      const result = await change(unset)
      return result.ok ? 'done' : result.problem.code
    }
    assert.equal(await codeOf(['a']), 'noUnresolvedAlarm')
    await raise(rules, { fragments: { a: 1, b: 2 } })
    assert.equal(await codeOf(['a', 'severity']), 'fragmentProtected')
    assert.equal(await codeOf(['a', '__proto__']), 'fragmentNameRefused')
    assert.deepEqual((await alarmsOf(rules))[0]?.fragments, { a: 1, b: 2 })
    assert.equal(await codeOf(['a', 'unknown']), 'done')
    assert.deepEqual((await alarmsOf(rules))[0]?.fragments, { b: 2 })
  })
})

test('a severity is read in any case', () => {
  assert.equal(parseSeverity('critical'), 'CRITICAL')
  assert.equal(parseSeverity('Warning'), 'WARNING')
  for (const text of ['', 'FATAL', 'CRITICAL ', 'constructor']) {
    assert.equal(parseSeverity(text), undefined)
  }
})

describe('any sequence of alarms', () => {
  const aStep = fc.record({
    source: fc.constantFrom('1001', '1002'),
    type: fc.constantFrom('a', '__proto__'),
    do: fc.constantFrom('raise', 'raise', 'raiseCleared', 'raiseOwn', 'ACKNOWLEDGED', 'CLEARED'),
  })

  test('leaves at most one unresolved per source and type, and loses no occurrence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 30 }), async (steps) => {
        await using rules = openRules()
        let raised = 0
        for (const { source, type, do: what } of steps) {
          const sourceId = source as ManagedObjectId
          if (what === 'ACKNOWLEDGED' || what === 'CLEARED') {
            const change = { status: what, fragments: {} }
            await rules.run((unit) => updateMatchingAlarm(unit, sourceId, type, change, []))
          } else {
            raised++
            const status = { raise: 'ACTIVE', raiseCleared: 'CLEARED', raiseOwn: 'own' }[what]
            await raise(rules, { sourceId, type, status })
          }
        }
        const alarms = await alarmsOf(rules)
        const unresolved = alarms.filter(({ status }) => status !== 'CLEARED')
        const keys = unresolved.map(({ sourceId, type }) => `${sourceId} ${type}`)
        assert.equal(new Set(keys).size, keys.length)
        assert.equal(
          alarms.reduce((sum, { count }) => sum + count, 0),
          raised,
        )
      }),
      { numRuns: 50 },
    )
  })
})
