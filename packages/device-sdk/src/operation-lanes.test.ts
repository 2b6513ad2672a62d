import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePayload } from '@pileus/smartrest'
import fc from 'fast-check'
import { deferred } from './deferred.ts'
import { DeviceError } from './device-error.ts'
import { type OperationHandler, parseOperations, stillExecuting } from './operation.ts'
import { OperationLanes } from './operation-lanes.ts'

/**
 * A server, a device and the network between them, each of which moves when the test says so. The
 * server knows operations by what static-templates §7 says: rows 501 to 503 mean the oldest.
 */
class Story {
  readonly operations: Operation[] = []
  /** Texts of commands, in the order in which the device has begun them. */
  readonly begun: string[] = []
  readonly running: { readonly text: string; readonly finish: () => void }[] = []
  /** Everything sent by the device, acknowledgements among what it is sent. */
  #uplink: UplinkMessage[] = []
  #downlink: (() => void)[] = []
  #now = 0
  readonly #unacknowledged = new Set<Report>()
  readonly lanes = new OperationLanes({
    findHandler: (fragment) => (fragment === 'c8y_Command' ? this.#handle : undefined),
    report: async (externalId, row) => {
      const { promise, resolve } = deferred<void>()
      const report: Report = { kind: 'report', externalId, row, resolve, hasArrived: false }
      this.#unacknowledged.add(report)
      this.#uplink.push(report)
      await promise
    },
    refresh: () => this.#uplink.push({ kind: 'refresh' }),
    now: () => this.#now,
    signal: new AbortController().signal,
  })

  readonly #handle: OperationHandler = async ({ values }) => {
    const text = values['text'] ?? ''
    this.begun.push(text)
    const { promise, resolve } = deferred<void>()
    this.running.push({ text, finish: () => resolve(undefined) })
    await promise
    return text
  }

  create(externalId: string, text = `command ${this.operations.length}`): void {
    const operation: Operation = { externalId, text, status: 'PENDING', result: undefined }
    this.operations.push(operation)
    this.#deliver(operation)
  }

  /**
   * One that has been waiting behind another for a while. Of the oldest a report, and of the newest
   * a row, may be on its way: those come too late for any device.
   */
  cancel(): void {
    if (this.#downlink.length > 0) return
    this.#now += 1_000
    const waiting = this.operations.filter(
      (operation) =>
        operation.status === 'PENDING' &&
        this.#oldest('PENDING', operation.externalId) !== operation,
    )
    const [cancelled] = waiting
    if (cancelled !== undefined) cancelled.status = 'CANCELLED'
  }

  moveUplink(): boolean {
    const message = this.#uplink.shift()
    if (message === undefined) return false
    if (message.kind === 'refresh') {
      this.#downlink.push(() => this.lanes.refreshed())
      this.#deliverPending()
      return true
    }
    // A repetition is recognised by its packet id, and only acknowledged once more.
    if (!message.hasArrived) this.#change(message)
    message.hasArrived = true
    this.#downlink.push(() => {
      this.#unacknowledged.delete(message)
      message.resolve(undefined)
    })
    return true
  }

  moveDownlink(): boolean {
    const deliver = this.#downlink.shift()
    deliver?.()
    return deliver !== undefined
  }

  finishOne(): boolean {
    const handled = this.running.shift()
    handled?.finish()
    return handled !== undefined
  }

  /** Reports survive in the outbox, everything else is lost; a new connection subscribes. */
  reconnect(): void {
    this.#downlink = []
    this.lanes.refreshed()
    this.#deliverPending()
    this.#uplink = [...this.#unacknowledged]
  }

  #change({ externalId, row }: Report): void {
    const [messageId, , result] = parsePayload(row).rows[0] ?? []
    const isStart = messageId === '501'
    const operation = this.#oldest(isStart ? 'PENDING' : 'EXECUTING', externalId)
    assert.ok(operation, `${row} means no operation`)
    operation.status = isStart ? 'EXECUTING' : 'SUCCESSFUL'
    operation.result = result
  }

  #deliverPending(): void {
    for (const operation of this.operations) {
      if (operation.status === 'PENDING') this.#deliver(operation)
    }
  }

  #deliver({ externalId, text }: Operation): void {
    this.#downlink.push(() => {
      const { rows } = parsePayload(`511,${externalId},${text}`)
      for (const operation of parseOperations(rows)) this.lanes.receive(operation)
    })
  }

  #oldest(status: Operation['status'], externalId: string): Operation | undefined {
    return this.operations.find((each) => each.status === status && each.externalId === externalId)
  }
}

interface Operation {
  readonly externalId: string
  readonly text: string
  status: 'PENDING' | 'EXECUTING' | 'SUCCESSFUL' | 'CANCELLED'
  result: string | undefined
}

type UplinkMessage = { readonly kind: 'refresh' } | Report

interface Report {
  readonly kind: 'report'
  readonly externalId: string
  readonly row: string
  readonly resolve: (acknowledged: undefined) => void
  hasArrived: boolean
}

// Handlers are slow, so that something waits; the network is mostly quicker than the operators.
const steps = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.constantFrom('create m1', 'create m1', 'create m1_a', 'create equal'),
    },
    { weight: 3, arbitrary: fc.constant('uplink') },
    { weight: 5, arbitrary: fc.constant('downlink') },
    { weight: 1, arbitrary: fc.constantFrom('finish', 'cancel', 'cancel', 'reconnect') },
  ),
  { maxLength: 100, size: 'max' },
)

test('every operation is executed once and answered with its own result, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const story = new Story()
      for (const step of taken) {
        if (step === 'create m1') story.create('m1')
        else if (step === 'create m1_a') story.create('m1_a')
        else if (step === 'create equal') story.create('m1', 'the same again')
        else if (step === 'uplink') story.moveUplink()
        else if (step === 'downlink') story.moveDownlink()
        else if (step === 'finish') story.finishOne()
        else if (step === 'cancel') story.cancel()
        else story.reconnect()
        await settled()
      }
      do await settled()
      while (story.moveUplink() || story.moveDownlink() || story.finishOne())

      const wanted = story.operations.filter(({ status }) => status !== 'CANCELLED')
      for (const { text, status, result } of wanted)
        assert.deepEqual([status, result], ['SUCCESSFUL', text])
      assert.deepEqual(story.begun.toSorted(), wanted.map(({ text }) => text).toSorted())
    }),
    { numRuns: 1_000 },
  )
})

test('a refresh that is lost with its connection is made good by the next one', async () => {
  const story = new Story()
  story.create('m1')
  story.create('m1')
  story.moveDownlink()
  story.moveDownlink()
  await settled()
  while (story.operations[0]?.status !== 'SUCCESSFUL') {
    story.moveUplink()
    story.moveDownlink()
    story.finishOne()
    await settled()
  }
  story.moveDownlink()
  await settled()
  story.reconnect()
  do await settled()
  while (story.moveUplink() || story.moveDownlink() || story.finishOne())
  assert.deepEqual(story.begun, ['command 0', 'command 1'])
})

test('operations of one target and fragment are done one after another, others meanwhile', async () => {
  const story = new Story()
  story.create('m1')
  story.create('m1')
  story.create('m1_a')
  for (;;) {
    await settled()
    if (!story.moveDownlink() && !story.moveUplink()) break
  }
  assert.deepEqual(story.begun, ['command 0', 'command 2'])
})

const m1Command = parseOperations([['511', 'm1', 'x']])

const endings: readonly {
  readonly title: string
  readonly outcome: OperationHandler
  readonly row: string | undefined
}[] = [
  { title: 'a text', outcome: () => 'done, "all"', row: '503,c8y_Command,"done, \\"all\\""' },
  {
    title: 'several columns',
    outcome: () => ['OPEN', 'CLOSED'],
    row: '503,c8y_Command,OPEN,CLOSED',
  },
  { title: 'nothing', outcome: () => undefined, row: '503,c8y_Command' },
  { title: 'that it goes on', outcome: () => stillExecuting, row: undefined },
  {
    title: 'an error',
    outcome: () => Promise.reject(new Error('relay stuck, retry')),
    row: '502,c8y_Command,"relay stuck, retry"',
  },
  {
    title: 'a very long error',
    outcome: () => Promise.reject(new Error('x'.repeat(2_000))),
    row: `502,c8y_Command,${'x'.repeat(1_000)}…`,
  },
  // TypeScript forbids them, the programs that call us need not be written in it.
  {
    title: 'an error whose message is no text',
    outcome: () => Promise.reject(Object.assign(new Error(), { message: 17 })),
    row: '502,c8y_Command,17',
  },
  {
    title: 'an error that cannot be told',
    outcome: () => Promise.reject(Object.create(null)),
    row: '502,c8y_Command,Something was thrown that no text can be made of',
  },
  {
    title: 'what no column can hold',
    outcome: () => [5n as unknown as number],
    row: '502,c8y_Command,Do not know how to serialize a BigInt',
  },
]

for (const { title, outcome, row } of endings) {
  test(`a handler that gives ${title}`, async () => {
    assert.deepEqual(await reportsOf(outcome), [
      '501,c8y_Command',
      ...(row === undefined ? [] : [row]),
    ])
  })
}

test('a result that fits into no message makes the operation fail with the reason', async () => {
  const rows = await reportsOf(
    () => 'endless',
    (row) => {
      if (row.startsWith('503')) throw new DeviceError('messageTooLarge', 'A row of 20000 bytes')
    },
  )
  assert.deepEqual(rows, [
    '501,c8y_Command',
    '502,c8y_Command,The result cannot be sent: A row of 20000 bytes',
  ])
})

/** The rows that the server is sent for one operation. */
async function reportsOf(
  handler: OperationHandler,
  refuse: (row: string) => void = () => {},
): Promise<readonly string[]> {
  const reported: string[] = []
  const lanes = new OperationLanes({
    findHandler: () => handler,
    report: async (_, row) => {
      refuse(row)
      reported.push(row)
    },
    refresh: () => assert.fail('nothing else came'),
    now: () => 0,
    signal: new AbortController().signal,
  })
  for (const operation of m1Command) lanes.receive(operation)
  await settled()
  return reported
}

async function settled(): Promise<void> {
  await new Promise(setImmediate)
}
