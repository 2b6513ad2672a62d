import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  JsonObject,
  ManagedObjectId,
  Operation,
  OperationId,
  OperationReport,
  OperationStatus,
} from '@pileus/domain'
import {
  createOperation,
  deliveryLogEntriesMax,
  failExecutingOperations,
  isFinal,
  mayFollow,
  operationStatuses,
  parseOperationStatus,
  recordDelivery,
  reportOldestOperation,
  reportOperation,
  updateOldestOperation,
  updateOperation,
} from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import type { Rules } from './rules.fixture.ts'
import { findObject, openRules, putObject } from './rules.fixture.ts'

const all = { offset: 0, limit: 10_000 }
const resultTime = '2031-02-10T07:00:00.000Z'

/** An agent `root` with a child `child`, and an agent `other` elsewhere. */
async function openScene(): Promise<Rules & { readonly ids: Record<string, ManagedObjectId> }> {
  const rules = openRules()
  const agent = { fragments: { com_cumulocity_model_Agent: {} } }
  const ids = await rules.run(async (unit) => {
    const root = await putObject(unit, 'root', agent)
    const child = await putObject(unit, 'child')
    const other = await putObject(unit, 'other', agent)
    const alone = await putObject(unit, 'alone')
    await unit.repository.insertChild(root, 'childDevices', child)
    return { root, child, other, alone }
  })
  return Object.assign(rules, { ids })
}

function report(status: OperationReport['status'], results: readonly string[] = []) {
  return status === 'SUCCESSFUL' ? { status, results, resultTime } : { status }
}

async function create(
  rules: Rules,
  deviceId: ManagedObjectId | undefined,
  fragments: JsonObject = { c8y_Restart: {} },
): Promise<OperationId> {
  const created = await rules.run((unit) =>
    createOperation(unit, deviceId ?? ('0' as ManagedObjectId), fragments),
  )
  assert.ok(created.ok)
  return created.value.id
}

async function operationsOf(rules: Rules): Promise<readonly Operation[]> {
  return rules.store.reader(firstTenant).listOperations({}, all)
}

async function statusesOf(rules: Rules): Promise<readonly OperationStatus[]> {
  return (await operationsOf(rules)).map(({ status }) => status)
}

describe('states', () => {
  // Rows: from; columns: to (registration §9).
  const table: Readonly<Record<OperationStatus, readonly OperationStatus[]>> = {
    PENDING: ['PENDING', 'EXECUTING', 'SUCCESSFUL', 'FAILED'],
    EXECUTING: ['EXECUTING', 'SUCCESSFUL', 'FAILED'],
    SUCCESSFUL: ['SUCCESSFUL'],
    FAILED: ['FAILED'],
  }
  for (const from of operationStatuses) {
    for (const to of operationStatuses) {
      test(`${from} → ${to} ${table[from].includes(to) ? 'fits' : 'does not fit'}`, () => {
        assert.equal(mayFollow(from, to), table[from].includes(to))
      })
    }
  }

  test('are final where nothing but themselves may follow', () => {
    for (const status of operationStatuses) {
      assert.equal(isFinal(status), table[status].length === 1)
    }
  })

  test('are read in any case', () => {
    assert.equal(parseOperationStatus('failed'), 'FAILED')
    for (const text of ['', 'DONE', 'toString', 'FAILED ']) {
      assert.equal(parseOperationStatus(text), undefined)
    }
  })
})

describe('creation', () => {
  test('finds the agent above the device', async () => {
    await using scene = await openScene()
    await create(scene, scene.ids.child)
    const [operation] = await operationsOf(scene)
    assert.deepEqual([operation?.deviceId, operation?.agentId], [scene.ids.child, scene.ids.root])
    assert.equal(operation?.status, 'PENDING')
  })

  const refused = [
    { name: 'without an agent', device: 'alone', fragments: { c8y_Restart: {} }, code: 'noAgent' },
    { name: 'for nothing', device: 'nobody', fragments: { a: 1 }, code: 'deviceUnknown' },
    { name: 'without a fragment', device: 'root', fragments: {}, code: 'operationEmpty' },
    {
      name: 'with nothing but a description',
      device: 'root',
      fragments: { description: 'x' },
      code: 'operationEmpty',
    },
  ] as const
  for (const { name, device, fragments, code } of refused) {
    test(`is refused ${name}`, async () => {
      await using scene = await openScene()
      const id = scene.ids[device] ?? ('4711' as ManagedObjectId)
      const result = await scene.run((unit) => createOperation(unit, id, fragments))
      assert.equal(result.ok ? 'done' : result.problem.code, code)
      assert.deepEqual(await operationsOf(scene), [])
    })
  }
})

describe('rows that name a fragment', () => {
  test('mean the oldest operation in the one status that they look for', async () => {
    await using scene = await openScene()
    const { root } = scene.ids
    assert.ok(root)
    for (const fragments of [{ a: 1 }, { b: 1 }, { a: 2 }]) await create(scene, root, fragments)
    const oldest = (fragment: string, status: OperationReport['status']) =>
      scene.run((unit) => reportOldestOperation(unit, root, fragment, report(status)))
    assert.equal((await oldest('a', 'SUCCESSFUL')).ok, false)
    assert.equal((await oldest('a', 'EXECUTING')).ok, true)
    assert.deepEqual(await statusesOf(scene), ['EXECUTING', 'PENDING', 'PENDING'])
    assert.equal((await oldest('a', 'SUCCESSFUL')).ok, true)
    // A repeated 503 must not finish the next one, which was never started.
    const again = await oldest('a', 'SUCCESSFUL')
    assert.deepEqual(again.ok ? undefined : again.problem, {
      code: 'noOperationWithFragment',
      details: { status: 'EXECUTING', fragment: 'a' },
    })
    assert.deepEqual(await statusesOf(scene), ['SUCCESSFUL', 'PENDING', 'PENDING'])
  })

  test('do not look at children, nor at what objects inherit', async () => {
    await using scene = await openScene()
    const { root, child } = scene.ids
    assert.ok(root && child)
    await create(scene, child, { a: 1 })
    for (const [id, fragment] of [
      [root, 'a'],
      [child, 'toString'],
      [child, '__proto__'],
    ] as const) {
      const result = await scene.run((unit) =>
        reportOldestOperation(unit, id, fragment, report('EXECUTING')),
      )
      assert.equal(result.ok, false, fragment)
    }
    const standard = await scene.run((unit) =>
      reportOldestOperation(unit, child, 'deviceId', report('EXECUTING')),
    )
    assert.equal(standard.ok, true)
  })
})

describe('rows that name an operation', () => {
  const cases: readonly {
    readonly from: OperationStatus
    readonly to: OperationReport['status']
    readonly ends: OperationStatus | 'operationFinished'
  }[] = [
    { from: 'PENDING', to: 'EXECUTING', ends: 'EXECUTING' },
    { from: 'PENDING', to: 'FAILED', ends: 'FAILED' },
    { from: 'PENDING', to: 'SUCCESSFUL', ends: 'SUCCESSFUL' },
    { from: 'EXECUTING', to: 'EXECUTING', ends: 'EXECUTING' },
    { from: 'EXECUTING', to: 'FAILED', ends: 'FAILED' },
    { from: 'EXECUTING', to: 'SUCCESSFUL', ends: 'SUCCESSFUL' },
    { from: 'SUCCESSFUL', to: 'EXECUTING', ends: 'operationFinished' },
    { from: 'SUCCESSFUL', to: 'SUCCESSFUL', ends: 'operationFinished' },
    { from: 'FAILED', to: 'FAILED', ends: 'operationFinished' },
    { from: 'FAILED', to: 'SUCCESSFUL', ends: 'operationFinished' },
  ]
  for (const { from, to, ends } of cases) {
    test(`${to} for an operation that is ${from}: ${ends}`, async () => {
      await using scene = await openScene()
      const { root, child } = scene.ids
      assert.ok(root)
      const id = await create(scene, child)
      await scene.run((unit) => updateOperation(unit, id, { status: from, fragments: {} }))
      const result = await scene.run((unit) => reportOperation(unit, root, id, report(to)))
      assert.equal(result.ok ? result.value.status : result.problem.code, ends)
      assert.deepEqual(await statusesOf(scene), [result.ok ? ends : from])
    })
  }

  test('reach down, but neither up nor elsewhere', async () => {
    await using scene = await openScene()
    const { root, child, other } = scene.ids
    assert.ok(root && child && other)
    const ofRoot = await create(scene, root)
    const ofOther = await create(scene, other)
    for (const [id, from] of [
      [ofOther, root],
      [ofRoot, child],
      ['4711' as OperationId, root],
    ] as const) {
      const result = await scene.run((unit) => reportOperation(unit, from, id, report('FAILED')))
      assert.deepEqual(result.ok ? undefined : result.problem, {
        code: 'operationNotBelow',
        details: { operationId: id, deviceId: from },
      })
    }
  })
})

test('row 507 ends every operation that is executed, however many there are', async () => {
  await using scene = await openScene()
  const { root } = scene.ids
  assert.ok(root)
  await scene.run(async (unit) => {
    const first = await createOperation(unit, root, { a: 1 })
    assert.ok(first.ok)
    const { id: _id, ...template } = first.value
    for (let index = 0; index < 2100; index++) {
      await unit.repository.insertOperation({ ...template, status: 'EXECUTING' })
    }
    await unit.repository.insertOperation({
      ...template,
      status: 'EXECUTING',
      fragments: { b: 1 },
    })
    await failExecutingOperations(unit, root, 'a', 'Restarted')
  })
  const operations = await operationsOf(scene)
  const failed = operations.filter(({ status }) => status === 'FAILED')
  assert.equal(failed.length, 2100)
  assert.ok(failed.every(({ failureReason }) => failureReason === 'Restarted'))
  assert.deepEqual([operations[0]?.status, operations.at(-1)?.status], ['PENDING', 'EXECUTING'])
  await scene.run((unit) => failExecutingOperations(unit, root, undefined, undefined))
  assert.equal((await operationsOf(scene)).at(-1)?.status, 'FAILED')
})

describe('the result of an operation', () => {
  const untyped = { url: 'u', c8y_ConfigurationDump: { id: '7713' } }
  const cases: readonly {
    readonly name: string
    readonly fragments: JsonObject
    readonly results: readonly string[]
    readonly operation?: JsonObject
    readonly device?: JsonObject
  }[] = [
    {
      name: 'of a command is kept in it, line breaks and all',
      fragments: { c8y_Command: { text: 'ls' } },
      results: ['a\nb', 'ignored'],
      operation: { c8y_Command: { text: 'ls', result: 'a\nb' } },
    },
    { name: 'may be empty', fragments: { c8y_Command: { text: 'ls' } }, results: [''] },
    {
      name: 'of a command that is no object takes its place',
      fragments: { c8y_Command: 'ls' },
      results: ['x'],
      operation: { c8y_Command: { result: 'x' } },
    },
    {
      name: 'of a log request is its file',
      fragments: { c8y_LogfileRequest: { logFile: 'l' } },
      results: ['https://f'],
      operation: { c8y_LogfileRequest: { logFile: 'l', file: 'https://f' } },
    },
    {
      name: 'of an upload is its file',
      fragments: { c8y_UploadConfigFile: {} },
      results: ['https://f'],
      operation: { c8y_UploadConfigFile: { file: 'https://f' } },
    },
    {
      name: 'of relays is set on the device',
      fragments: { c8y_RelayArray: ['OPEN'] },
      results: ['OPEN', '', 'CLOSED'],
      device: { c8y_RelayArray: ['OPEN', 'CLOSED'] },
    },
    {
      name: 'of a communication mode is copied to the device',
      fragments: { c8y_CommunicationMode: { mode: 'SMS', other: 1 } },
      results: [],
      device: { c8y_CommunicationMode: { mode: 'SMS' } },
    },
    {
      name: 'of an untyped download is the snapshot that is installed now',
      fragments: { c8y_DownloadConfigFile: untyped },
      results: [],
      device: { c8y_ConfigurationDump: { id: '7713', time: resultTime } },
    },
    {
      name: 'of a typed download is nothing',
      fragments: { c8y_DownloadConfigFile: { ...untyped, type: 'net' } },
      results: ['x'],
    },
    {
      name: 'of anything else is ignored',
      fragments: { acme_Rinse: {}, constructor: {} },
      results: ['x'],
    },
    {
      name: 'is that of the first kind',
      fragments: { c8y_RelayArray: [], c8y_Command: {} },
      results: ['x'],
      operation: { c8y_RelayArray: [], c8y_Command: { result: 'x' } },
    },
  ]
  for (const { name, fragments, results, operation, device = {} } of cases) {
    test(name, async () => {
      await using scene = await openScene()
      const { root, child } = scene.ids
      assert.ok(root && child)
      const id = await create(scene, child, fragments)
      await scene.run((unit) => reportOperation(unit, root, id, report('SUCCESSFUL', results)))
      const [stored] = await operationsOf(scene)
      assert.equal(stored?.status, 'SUCCESSFUL')
      assert.deepEqual(stored.fragments, operation ?? fragments)
      assert.deepEqual((await findObject(scene, 'child'))?.fragments, device)
    })
  }
})

test('repeating the present status is no change, and nobody is told', async () => {
  await using scene = await openScene()
  const id = await create(scene, scene.ids.root)
  const change = { status: 'PENDING', fragments: {} } as const
  assert.ok((await scene.run((unit) => updateOperation(unit, id, change))).ok)
  await new Promise(setImmediate)
  assert.deepEqual(
    scene.events.map(({ event }) => event.kind),
    ['operationCreated'],
  )
})

test('an operation knows when it came into each status, and only what was a change', async () => {
  await using scene = await openScene()
  const { root } = scene.ids
  assert.ok(root)
  const id = await create(scene, root)
  for (const status of ['PENDING', 'EXECUTING', 'EXECUTING', 'FAILED'] as const) {
    scene.clock.advance(1000)
    await scene.run((unit) => updateOperation(unit, id, { status, fragments: { note: status } }))
  }
  const [operation] = await operationsOf(scene)
  assert.ok(operation)
  assert.deepEqual(
    operation.statusChanges.map(({ status, time }) => [status, time - operation.creationTime]),
    [
      ['EXECUTING', 2000],
      ['FAILED', 4000],
    ],
  )
})

test('the delivery log keeps its newest entries', async () => {
  await using scene = await openScene()
  const id = await create(scene, scene.ids.root)
  for (let time = 1; time <= deliveryLogEntriesMax + 5; time++) {
    await scene.run((unit) => recordDelivery(unit, id, { status: 'SEND', time }))
  }
  const [operation] = await operationsOf(scene)
  assert.equal(operation?.status, 'PENDING')
  assert.equal(operation.delivery.log.length, deliveryLogEntriesMax)
  assert.deepEqual([operation.delivery.log[0]?.time, operation.delivery.time], [6, 25])
})

describe('any sequence of reports', () => {
  const aStatus = fc.constantFrom<OperationReport['status']>('EXECUTING', 'FAILED', 'SUCCESSFUL')
  const aStep = fc.oneof(
    fc.record({ do: fc.constant('oldest' as const), status: aStatus }),
    fc.record({ do: fc.constant('byId' as const), status: aStatus, index: fc.nat({ max: 2 }) }),
    fc.record({
      do: fc.constant('rest' as const),
      status: fc.constantFrom(...operationStatuses),
      index: fc.nat({ max: 2 }),
    }),
    fc.record({ do: fc.constant('failAll' as const) }),
  )

  test('only ever takes steps that fit, so a final state is never left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 15 }), async (steps) => {
        await using scene = await openScene()
        const { root, child } = scene.ids
        assert.ok(root && child)
        const ids = [
          await create(scene, root),
          await create(scene, child),
          await create(scene, root),
        ]
        let before = await statusesOf(scene)
        for (const step of steps) {
          await scene.run(async (unit) => {
            switch (step.do) {
              case 'oldest':
                return reportOldestOperation(unit, root, 'c8y_Restart', report(step.status))
              case 'byId':
                return reportOperation(unit, root, ids[step.index] ?? id0, report(step.status))
              case 'rest': {
                const change = { status: step.status, fragments: {} }
                return updateOperation(unit, ids[step.index] ?? id0, change)
              }
              case 'failAll':
                return failExecutingOperations(unit, root, undefined, undefined)
            }
          })
          const after = await statusesOf(scene)
          for (const [index, status] of after.entries()) {
            const from = before[index]
            assert.ok(from && mayFollow(from, status), `${from} → ${status}`)
          }
          before = after
        }
      }),
      { numRuns: 50 },
    )
  })
})

const id0 = '0' as OperationId

describe('the oldest operation with a fragment', () => {
  const rinse = { acme_Rinse: { litres: 3, water: { hot: true } } }

  async function change(rules: Rules, deviceId: ManagedObjectId, status: OperationStatus) {
    const fragments = { acme_Rinse: { water: { used: 2.5 } } }
    return rules.run((unit) =>
      updateOldestOperation(unit, deviceId, 'acme_Rinse', { status, fragments }),
    )
  }

  test('one that is EXECUTING comes before older ones that are PENDING', async () => {
    await using rules = await openScene()
    const { root = assert.fail() } = rules.ids
    await create(rules, root)
    const first = await create(rules, root, rinse)
    const second = await create(rules, root, rinse)
    await rules.run((unit) => updateOperation(unit, second, { status: 'EXECUTING', fragments: {} }))
    const ended = await change(rules, root, 'SUCCESSFUL')
    assert.ok(ended.ok)
    assert.equal(ended.value.id, second)
    const started = await change(rules, root, 'EXECUTING')
    assert.ok(started.ok)
    assert.equal(started.value.id, first)
    assert.deepEqual(await statusesOf(rules), ['PENDING', 'EXECUTING', 'SUCCESSFUL'])
  })

  test('keeps what is not named, and says so in its event', async () => {
    await using rules = await openScene()
    const { root = assert.fail() } = rules.ids
    await create(rules, root, rinse)
    const changed = await change(rules, root, 'SUCCESSFUL')
    assert.ok(changed.ok)
    const merged = { litres: 3, water: { hot: true, used: 2.5 } }
    assert.deepEqual(changed.value.fragments, { acme_Rinse: merged })
  })

  test('none that is open, none of another device', async () => {
    await using rules = await openScene()
    const { root = assert.fail(), child = assert.fail() } = rules.ids
    await create(rules, child, rinse)
    const refused = await change(rules, root, 'EXECUTING')
    assert.equal(refused.ok ? '' : refused.problem.code, 'noOpenOperation')
    assert.ok((await change(rules, child, 'FAILED')).ok)
    assert.ok(!(await change(rules, child, 'EXECUTING')).ok)
  })

  test('never goes back', async () => {
    await using rules = await openScene()
    const { root = assert.fail() } = rules.ids
    await create(rules, root, rinse)
    await change(rules, root, 'EXECUTING')
    const refused = await change(rules, root, 'PENDING')
    assert.equal(refused.ok ? '' : refused.problem.code, 'operationTransition')
  })
})
