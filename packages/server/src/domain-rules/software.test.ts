import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject, SoftwareItem } from '@pileus/domain'
import {
  addInstalledSoftware,
  installedSoftwareType,
  removeInstalledSoftware,
  reportProfile,
  setInstalledSoftware,
  updateParameters,
} from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import type { Rules } from './rules.fixture.ts'
import { findObject, openRules, putObject } from './rules.fixture.ts'

const all = { offset: 0, limit: 1000 }

async function installedOn(rules: Rules): Promise<readonly JsonObject[]> {
  const objects = await rules.store
    .reader(firstTenant)
    .listManagedObjects({ type: installedSoftwareType }, all)
  assert.ok(objects.length <= 1)
  return (objects[0]?.fragments.c8y_SoftwareList ?? []) as readonly JsonObject[]
}

describe('installed software', () => {
  const anItem: fc.Arbitrary<SoftwareItem> = fc.record({
    name: fc.constantFrom('a', 'b', '__proto__'),
    version: fc.constantFrom('1', '2'),
    softwareType: fc.constantFrom('', 'deb'),
    url: fc.constantFrom('', 'u'),
  })
  const aStep = fc.record({
    do: fc.constantFrom('set', 'add', 'remove'),
    items: fc.array(anItem, { maxLength: 4 }),
  })

  test('is what a map by name, version and type would hold, in order of first appearance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 8 }), async (steps) => {
        await using rules = openRules()
        const id = await rules.run((unit) => putObject(unit, 'device'))
        const model = new Map<string, SoftwareItem>()
        for (const { do: what, items } of steps) {
          await rules.run((unit) =>
            what === 'set'
              ? setInstalledSoftware(unit, id, items, 'PERSISTENT')
              : what === 'add'
                ? addInstalledSoftware(unit, id, items, 'PERSISTENT')
                : removeInstalledSoftware(unit, id, items, 'PERSISTENT'),
          )
          if (what === 'set') model.clear()
          for (const item of items) {
            const { name, version, softwareType } = item
            if (what !== 'remove') {
              model.set(JSON.stringify([name, version, softwareType]), item)
              continue
            }
            for (const [key, each] of model) {
              if (each.name === name && each.version === version) model.delete(key)
            }
          }
        }
        const expected = [...model.values()].map((item) => ({ ...item }))
        assert.deepEqual(await installedOn(rules), expected)
      }),
      { numRuns: 40 },
    )
  })

  test('takes the place of a list in the device itself', async () => {
    await using rules = openRules()
    const id = await rules.run((unit) =>
      putObject(unit, 'device', { fragments: { c8y_SoftwareList: [], kept: 1 } }),
    )
    await rules.run((unit) => setInstalledSoftware(unit, id, [], 'PERSISTENT'))
    assert.deepEqual((await findObject(rules, 'device'))?.fragments, { kept: 1 })
  })
})

describe('a device profile', () => {
  test('takes its name from an operation with this id, whatever others hold there', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const id = await putObject(unit, 'device')
      const operation = {
        deviceId: id,
        agentId: id,
        status: 'SUCCESSFUL' as const,
        creationTime: unit.now,
        statusChanges: [],
        delivery: { status: 'PENDING' as const, time: unit.now, log: [] },
      }
      for (const fragments of [
        { profileId: { toString: 1 }, profileName: 'no' },
        { profileId: 7, profileName: 'Winter' },
      ]) {
        await unit.repository.insertOperation({ ...operation, fragments })
      }
      await reportProfile(unit, id, true, '7', 'PERSISTENT')
    })
    assert.deepEqual((await findObject(rules, 'device'))?.fragments.c8y_Profile, {
      profileName: 'Winter',
      profileId: '7',
      profileExecuted: true,
    })
  })

  test('is refused where nothing says which one', async () => {
    await using rules = openRules()
    const result = await rules.run(async (unit) =>
      reportProfile(unit, await putObject(unit, 'device'), true, undefined, 'PERSISTENT'),
    )
    assert.equal(result.ok ? 'done' : result.problem.code, 'profileUnknown')
  })
})

describe('parameters', () => {
  async function update(rules: Rules, members: JsonObject, changesOnly = true): Promise<number> {
    const id = (await findObject(rules, 'device'))?.id
    assert.ok(id)
    await rules.run((unit) =>
      updateParameters(unit, id, { time: unit.now, changesOnly, members }, 'PERSISTENT'),
    )
    return rules.store.reader(firstTenant).countEvents({})
  }

  test('are merged deeply, and told only when they change', async () => {
    await using rules = openRules()
    const fragments = { acme_Fan: { left: true, inner: { a: 1 } } }
    await rules.run((unit) => putObject(unit, 'device', { fragments }))
    assert.equal(await update(rules, { acme_Fan: { left: true } }), 0)
    assert.equal(await update(rules, { acme_Fan: { left: true } }, false), 1)
    assert.equal(await update(rules, { acme_Fan: { inner: { b: 2 } } }), 2)
    assert.deepEqual((await findObject(rules, 'device'))?.fragments, {
      acme_Fan: { left: true, inner: { a: 1, b: 2 } },
    })
  })

  test('without a value are null inside a fragment, and no fragment at all outside', async () => {
    await using rules = openRules()
    await rules.run((unit) => putObject(unit, 'device', { fragments: { acme_Flag: true } }))
    assert.equal(await update(rules, { acme_Flag: null, acme_Fan: { left: null } }), 1)
    assert.deepEqual((await findObject(rules, 'device'))?.fragments, { acme_Fan: { left: null } })
    assert.equal(await update(rules, { acme_Flag: null, acme_Fan: { left: null } }), 1)
  })

  test('are told when they have the name of something that every object inherits', async () => {
    await using rules = openRules()
    await rules.run((unit) => putObject(unit, 'device'))
    assert.equal(await update(rules, { toString: 'x' }), 1)
    assert.equal(await update(rules, { toString: 'x' }), 1)
  })
})
