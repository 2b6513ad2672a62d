import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  InstanceRepository,
  ManagedObjectId,
  TenantId,
  TenantReader,
  TenantRepository,
} from '@pileus/domain'
import { PlatformError } from '../platform-error.ts'
import { CommitGroup, type CommitGroupListeners, defaultCommitGroupLimits } from './commit-group.ts'
import type { Engine, StorageFailure } from './engine.ts'

const tenantId = 't100' as TenantId

/** A disk that only keeps a diary, and fails where it is told to. */
class Diary implements Engine {
  readonly entries: string[] = []
  failCommit: (committing: string) => Error | undefined = () => undefined
  failRollback = false
  isFinal = false
  #open = ''

  begin(): void {
    this.#open = ''
  }

  write(text: string): void {
    this.#open += text
  }

  commit(): void {
    const failure = this.failCommit(this.#open)
    if (failure !== undefined) throw failure
    this.entries.push(this.#open)
  }

  rollback(): void {
    if (this.failRollback) throw new Error('no way back')
    this.#open = ''
  }

  explainFailure(error: unknown): StorageFailure | undefined {
    if (!(error instanceof DiskError)) return undefined
    return { error: new PlatformError('storageFull', {}, { cause: error }), isFinal: this.isFinal }
  }

  tenant = () => ({}) as TenantRepository
  instance = {} as InstanceRepository
  reader = () => ({}) as TenantReader
  instanceReader = {} as InstanceRepository
  hasReceipt = () => false
  async [Symbol.asyncDispose]() {}
}

class DiskError extends Error {}

function openGroup(listeners: CommitGroupListeners = {}, limits = {}) {
  const diary = new Diary()
  const group = new CommitGroup(diary, { ...defaultCommitGroupLimits, ...limits }, listeners)
  const write = (text: string) =>
    group.run(tenantId, 0, () => {
      if (text === '!') throw new RangeError('poison')
      diary.write(text)
      return text
    })
  return { diary, group, write, writeAll: (text: string) => Array.from(text, write) }
}

test('shares one transaction among what one turn brings', async () => {
  const { diary, writeAll } = openGroup()
  await Promise.all(writeAll('abcdef'))
  assert.deepEqual(diary.entries, ['abcdef'])
})

test('tells all that one unit has announced, however much it is', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const { group } = openGroup({ onCommitted: (events) => resolve(events.length) })
  const managedObjectId = '1' as ManagedObjectId
  await group.run(tenantId, 0, (unit) => {
    for (let index = 0; index < 200_000; index++) {
      unit.announce({ kind: 'managedObjectDeleted', managedObjectId })
    }
  })
  assert.equal(await promise, 200_000)
})

test('closes a group at its greatest size and goes on with the rest', async () => {
  const { diary, writeAll } = openGroup({}, { groupUnitsMax: 2 })
  await Promise.all(writeAll('abcde'))
  assert.deepEqual(diary.entries, ['ab', 'cd', 'e'])
})

test('cuts a group at a poisonous unit', async () => {
  const { diary, writeAll } = openGroup()
  const outcomes = await Promise.allSettled(writeAll('abc!de!f'))
  assert.deepEqual(diary.entries, ['abc', 'de', 'f'])
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 2)
})

test('cuts a group whose commit fails until only the culprit is left', async () => {
  const { diary, writeAll } = openGroup()
  diary.failCommit = (text) => (text.includes('x') ? new DiskError() : undefined)
  const outcomes = await Promise.allSettled(writeAll('abcxdefg'))
  assert.equal(diary.entries.join(''), 'abcdefg')
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal(refused[0]?.reason.code, 'storageFull')
})

test('acknowledges nothing after a failure that is final', async () => {
  const failures: PlatformError[] = []
  const { diary, write, writeAll } = openGroup(
    { onFailure: (error) => failures.push(error) },
    { groupUnitsMax: 2 },
  )
  diary.isFinal = true
  diary.failCommit = (text) => (text.includes('x') ? new DiskError() : undefined)
  const outcomes = await Promise.allSettled(writeAll('abcxde'))
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected', 'rejected'],
  )
  assert.deepEqual(diary.entries, ['ab'])
  assert.equal(failures.length, 1)
  await assert.rejects(write('f'), { code: 'storageFull' })
})

test('stops when a transaction cannot be undone', async () => {
  const failures: string[] = []
  const { diary, write } = openGroup({ onFailure: ({ code }) => failures.push(code) })
  diary.failRollback = true
  await assert.rejects(write('!'), { code: 'storageFailed' })
  assert.deepEqual(failures, ['storageFailed'])
})

test('asks for a pause when much is waiting, and for more when little is left', async () => {
  const pressure: boolean[] = []
  const { group, writeAll } = openGroup(
    { onPressure: (isPaused) => pressure.push(isPaused) },
    { pauseUnits: 6, resumeUnits: 2, groupUnitsMax: 3 },
  )
  const first = writeAll('abcde')
  assert.deepEqual(pressure, [])
  const rest = writeAll('fgh')
  assert.deepEqual(pressure, [true])
  assert.equal(group.depth.waitingUnits, 8)
  assert.ok(group.depth.ageMs >= 0)
  await Promise.all([...first, ...rest])
  assert.deepEqual(pressure, [true, false])
  assert.deepEqual(group.depth, { waitingUnits: 0, ageMs: 0 })
})

test('refuses what goes beyond the greatest number that may wait', async () => {
  const { diary, writeAll } = openGroup({}, { queuedUnitsMax: 3 })
  const outcomes = await Promise.allSettled(writeAll('abcde'))
  assert.deepEqual(diary.entries, ['abc'])
  assert.equal(outcomes[3]?.status, 'rejected')
  assert.equal(outcomes[3]?.status === 'rejected' && outcomes[3].reason.code, 'storageBusy')
})

test('a batch that was refused takes no messages and counts for nothing', async () => {
  const pressure: boolean[] = []
  const { diary, group, writeAll } = openGroup(
    { onPressure: (isPaused) => pressure.push(isPaused) },
    { queuedUnitsMax: 3, pauseUnits: 4 },
  )
  const waiting = writeAll('abc')
  const batch = group.openBatch(tenantId, 0, (_, text: string) => diary.write(text))
  await assert.rejects(batch.committed, { code: 'storageBusy' })
  assert.equal(batch.add('d'), false)
  await Promise.all(waiting)
  assert.equal(group.depth.waitingUnits, 0)
  assert.deepEqual(diary.entries, ['abc'])
  assert.deepEqual(pressure, [])
})

test('a lone unit never waits for neighbours, one after a shared group does', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { diary, write, writeAll } = openGroup({}, { groupDelayMs: 60_000 })
  await write('a')
  await Promise.all(writeAll('bc'))
  const late = write('d')
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(diary.entries, ['a', 'bc'])
  context.mock.timers.tick(60_000)
  await late
  assert.deepEqual(diary.entries, ['a', 'bc', 'd'])
})

test('closing carries out what waits, however long it would have waited', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { diary, group, writeAll, write } = openGroup({}, { groupDelayMs: 60_000 })
  await Promise.all(writeAll('ab'))
  const late = write('c')
  const closed = group.close()
  context.mock.timers.tick(60_000)
  await closed
  assert.equal(await late, 'c')
  assert.deepEqual(diary.entries, ['ab', 'c'])
})
