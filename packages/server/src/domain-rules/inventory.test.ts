import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ChildKind, Deletion, ManagedObjectId, ProblemCode, Unit } from '@pileus/domain'
import {
  assignChild,
  childKinds,
  createManagedObject,
  deleteManagedObject,
  findAgent,
  hierarchyLevelsMax,
  isAtOrBelow,
  removeChild,
  setAbsentMembers,
  updateManagedObject,
} from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import { aUser, findObject, openRules, putObject } from './rules.fixture.ts'

async function putObjects(unit: Unit, count: number): Promise<readonly ManagedObjectId[]> {
  const ids: ManagedObjectId[] = []
  for (let index = 0; index < count; index++) {
    ids.push((await createManagedObject(unit, { owner: 'maria', fragments: {} })).id)
  }
  return ids
}

async function assign(
  unit: Unit,
  parentId: ManagedObjectId | undefined,
  childId: ManagedObjectId | undefined,
  kind: ChildKind = 'childDevices',
): Promise<ProblemCode | 'done'> {
  assert.ok(parentId && childId)
  const result = await assignChild(unit, parentId, kind, childId)
  return result.ok ? 'done' : result.problem.code
}

interface Step {
  readonly do: 'assign' | 'remove'
  readonly parent: number
  readonly child: number
  readonly kind: ChildKind
}

const anObject = fc.nat({ max: 6 })
const aStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('assign', 'assign', 'remove'),
  parent: anObject,
  child: anObject,
  kind: fc.constantFrom(...childKinds),
})

/** Whether `to` can be reached downwards, found by trying every way. */
function leadsTo(edges: readonly Step[], from: number, to: number): boolean {
  return from === to || edges.some((edge) => edge.parent === from && leadsTo(edges, edge.child, to))
}

describe('the hierarchy', () => {
  test('has no cycle after any assignments and removals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 25 }), async (steps) => {
        await using rules = openRules()
        await rules.run(async (unit) => {
          const ids = await putObjects(unit, 7)
          let edges: readonly Step[] = []
          for (const step of steps) {
            const [parentId, childId] = [ids[step.parent], ids[step.child]]
            assert.ok(parentId && childId)
            const present = edges.find(
              ({ parent, child, kind }) =>
                parent === step.parent && child === step.child && kind === step.kind,
            )
            if (step.do === 'remove') {
              const removed = await removeChild(unit, parentId, step.kind, childId)
              assert.equal(removed.ok, present !== undefined)
              edges = edges.filter((edge) => edge !== present)
            } else {
              const isCycle = leadsTo(edges, step.child, step.parent)
              const expected = isCycle ? 'hierarchyCycle' : 'done'
              assert.equal(await assign(unit, parentId, childId, step.kind), expected)
              if (!isCycle && present === undefined) edges = [...edges, step]
            }
          }
          for (const [index, id] of ids.entries()) {
            for (const kind of childKinds) {
              const children = edges.filter((edge) => edge.parent === index && edge.kind === kind)
              const expected = children.map(({ child }) => ids[child])
              assert.deepEqual(await unit.repository.listChildren(id, kind), expected)
            }
          }
        })
      }),
      { numRuns: 40 },
    )
  })

  test('tells each assignment once', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const [parent, child] = await putObjects(unit, 2)
      assert.equal(await assign(unit, parent, child), 'done')
      assert.equal(await assign(unit, parent, child), 'done')
    })
    await new Promise(setImmediate)
    const assigned = rules.events.filter(({ event }) => event.kind === 'childAssigned')
    assert.equal(assigned.length, 1)
  })

  test('is as deep as its longest way, above and below', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const chain = await putObjects(unit, hierarchyLevelsMax)
      for (const [index, id] of chain.entries()) {
        if (index > 0) assert.equal(await assign(unit, chain[index - 1], id, 'childAssets'), 'done')
      }
      const [top, leaf] = await putObjects(unit, 2)
      assert.equal(await assign(unit, top, chain[0]), 'hierarchyTooDeep')
      assert.equal(await assign(unit, chain.at(-1), leaf), 'hierarchyTooDeep')
      // A short way to the same object does not make it higher.
      assert.equal(await assign(unit, chain[0], chain.at(-1)), 'done')
      assert.equal(await assign(unit, chain.at(-1), leaf), 'hierarchyTooDeep')
      assert.equal(await assign(unit, chain.at(-2), leaf), 'done')
      assert.equal(await assign(unit, top, chain[1]), 'done')
    })
  })

  test('is walked once per object where every object has two parents', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      let reads = 0
      const { repository } = unit
      const counting: Unit = Object.create(unit, {
        repository: {
          value: {
            ...repository,
            listParents: (...given: Parameters<typeof repository.listParents>) => {
              reads++
              return repository.listParents(...given)
            },
          },
        },
      })
      let above = await putObjects(unit, 2)
      const top = above[0]
      for (let level = 1; level < hierarchyLevelsMax - 1; level++) {
        const below = await putObjects(unit, 2)
        for (const parent of above) {
          for (const child of below) await repository.insertChild(parent, 'childDevices', child)
        }
        above = below
      }
      const [leaf] = await putObjects(unit, 1)
      assert.equal(await assign(counting, above[0], leaf), 'done')
      assert.ok(reads <= 2 * hierarchyLevelsMax * childKinds.length + 3, `${reads} reads`)
      reads = 0
      assert.ok(top && leaf)
      assert.ok(await isAtOrBelow(counting.repository, top, leaf))
      assert.ok(reads <= 2 * hierarchyLevelsMax * childKinds.length, `${reads} reads`)
    })
  })

  test('takes a group of many members below another one without a read per member', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const [group, parent] = await putObjects(unit, 2)
      assert.ok(group && parent)
      for (let member = 0; member < 20_000; member++) {
        const memberId = String(900_000 + member) as ManagedObjectId
        await unit.repository.insertChild(group, 'childAssets', memberId)
      }
      assert.equal(await assign(unit, parent, group, 'childAssets'), 'done')
    })
  })

  test('knows nothing of objects that do not exist', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const [id] = await putObjects(unit, 1)
      const none = '4711' as ManagedObjectId
      assert.equal(await assign(unit, none, id), 'managedObjectUnknown')
      assert.equal(await assign(unit, id, none), 'managedObjectUnknown')
    })
  })
})

describe('an object', () => {
  test('keeps members that the change does not name, and loses those that are null', async () => {
    await using rules = openRules()
    const id = await rules.run((unit) =>
      putObject(unit, 'a', { name: 'A', type: 't', fragments: { kept: 1, replaced: { a: 1 } } }),
    )
    const set = { name: null, replaced: { b: 2 }, added: [null], gone: null }
    await rules.run((unit) => updateManagedObject(unit, id, { set }))
    const { name, type, fragments } = (await findObject(rules, 'a')) ?? {}
    assert.deepEqual({ name, type }, { name: 'A', type: 't' })
    assert.deepEqual(fragments, { kept: 1, replaced: { b: 2 }, added: [null] })
  })

  test('may have fragments with the names of what objects inherit', async () => {
    await using rules = openRules()
    const id = await rules.run((unit) => putObject(unit, 'a', { fragments: { b: 1 } }))
    const set = JSON.parse('{"__proto__":{"b":2},"constructor":3}')
    await rules.run((unit) => updateManagedObject(unit, id, { set }))
    const fragments = (await findObject(rules, 'a'))?.fragments ?? {}
    assert.equal(JSON.stringify(fragments), '{"b":1,"__proto__":{"b":2},"constructor":3}')
    await rules.run((unit) => setAbsentMembers(unit, id, { toString: 1 }, 'PERSISTENT'))
    assert.ok(Object.hasOwn((await findObject(rules, 'a'))?.fragments ?? {}, 'toString'))
  })

  test('has strictly increasing times of change, also when the clock is set back', async () => {
    await using rules = openRules()
    const id = await rules.run((unit) => putObject(unit, 'a'))
    const times: number[] = []
    for (const step of [0, 0, 5, -60_000, 0]) {
      rules.clock.advance(step)
      await rules.run((unit) => updateManagedObject(unit, id, { set: { step } }))
      times.push((await findObject(rules, 'a'))?.lastUpdated ?? 0)
    }
    assert.deepEqual(
      times,
      [...new Set(times)].toSorted((left, right) => left - right),
    )
  })
})

describe('deletion', () => {
  // group ─ subgroup ─ device ─ child ─ service, and the device is a member of the group as well.
  const everything = ['group', 'subgroup', 'device', 'child', 'service', 'plain', 'part']
  const none: Deletion = { cascade: false, forceCascade: false, withDeviceUser: false }

  const cases = [
    { of: 'group', flags: {}, gone: ['group', 'subgroup'] },
    {
      of: 'group',
      flags: { cascade: true },
      gone: ['group', 'subgroup', 'device', 'child', 'service'],
    },
    {
      of: 'group',
      flags: { forceCascade: true },
      gone: ['group', 'subgroup', 'device', 'child', 'service'],
    },
    { of: 'device', flags: {}, gone: ['device'] },
    { of: 'device', flags: { cascade: true }, gone: ['device', 'child', 'service'] },
    { of: 'child', flags: { cascade: true }, gone: ['child', 'service'] },
    { of: 'plain', flags: {}, gone: ['plain'] },
    { of: 'plain', flags: { cascade: true }, gone: ['plain', 'part'] },
  ] as const

  for (const { of, flags, gone } of cases) {
    test(`of ${of} with ${JSON.stringify(flags)} takes ${gone.join(', ')}`, async () => {
      await using rules = openRules()
      await rules.run(async (unit) => {
        const put = (name: string, marker?: string) =>
          putObject(unit, name, { fragments: marker === undefined ? {} : { [marker]: {} } })
        const group = await put('group', 'c8y_IsDeviceGroup')
        const subgroup = await put('subgroup', 'c8y_IsDeviceGroup')
        const device = await put('device', 'c8y_IsDevice')
        const child = await put('child', 'c8y_IsDevice')
        const service = await put('service')
        const plain = await put('plain')
        const part = await put('part')
        await assign(unit, group, subgroup, 'childAssets')
        await assign(unit, subgroup, device, 'childAssets')
        await assign(unit, group, device, 'childAssets')
        await assign(unit, device, child)
        await assign(unit, child, service, 'childAdditions')
        await assign(unit, plain, part, 'childAdditions')
        const id = await unit.repository.findByExternalId({ type: 'c8y_Serial', value: of })
        assert.ok(id)
        const deleted = await deleteManagedObject(unit, id, { ...none, ...flags })
        assert.ok(deleted.ok)
      })
      for (const name of everything) {
        const isGone = (gone as readonly string[]).includes(name)
        assert.equal((await findObject(rules, name)) === undefined, isGone, name)
      }
    })
  }

  test('takes the device users along where it is told to, and their sessions', async () => {
    await using rules = openRules()
    await rules.run(async (unit) => {
      const device = await putObject(unit, 'device', { fragments: { c8y_IsDevice: {} } })
      const child = await putObject(unit, 'child', { fragments: { c8y_IsDevice: {} } })
      await assign(unit, device, child)
      await unit.repository.saveUser(aUser('device_device'))
      await unit.repository.saveUser(aUser('device_other'))
      await deleteManagedObject(unit, device, { ...none, cascade: true, withDeviceUser: true })
    })
    await new Promise(setImmediate)
    const reader = rules.store.reader(firstTenant)
    assert.equal(await reader.findUser('device_device'), undefined)
    assert.ok(await reader.findUser('device_other'))
    const ended = rules.events.flatMap(({ event }) =>
      event.kind === 'userAccessChanged' ? [event.userName] : [],
    )
    assert.deepEqual(ended, ['device_device'])
  })
})

test('the agent of an object is the nearest one that speaks for it', async () => {
  await using rules = openRules()
  await rules.run(async (unit) => {
    const agent = { fragments: { com_cumulocity_model_Agent: {} } }
    const root = await putObject(unit, 'root', agent)
    const child = await putObject(unit, 'child')
    const childAgent = await putObject(unit, 'childAgent', agent)
    const service = await putObject(unit, 'service')
    const group = await putObject(unit, 'group', agent)
    const member = await putObject(unit, 'member')
    await assign(unit, root, child)
    await assign(unit, child, childAgent)
    await assign(unit, childAgent, service, 'childAdditions')
    await assign(unit, group, member, 'childAssets')
    const agentOf = async (id: ManagedObjectId) => (await findAgent(unit.repository, id))?.id
    assert.equal(await agentOf(root), root)
    assert.equal(await agentOf(child), root)
    assert.equal(await agentOf(childAgent), childAgent)
    assert.equal(await agentOf(service), childAgent)
    assert.equal(await agentOf(member), undefined)
  })
})
