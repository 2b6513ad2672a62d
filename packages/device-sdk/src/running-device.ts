import { formatRow, parsePayload } from '@pileus/smartrest'
import { createSend } from './create-send.ts'
import type { DeviceCredentials } from './credentials.ts'
import { deferred } from './deferred.ts'
import type { Device, DeviceAddress } from './device.ts'
import { DeviceError } from './device-error.ts'
import type { DeviceLimits, DeviceOptions } from './device-options.ts'
import { keepConnected } from './keep-connected.ts'
import { packRows, refuseLarge } from './messages.ts'
import { ConnectionLost, connectMqtt, type MqttConnection, publishOnce } from './mqtt-connection.ts'
import { type OperationHandler, type OperationHandlers, parseOperations } from './operation.ts'
import { OperationLanes } from './operation-lanes.ts'
import { Outbox, type OutboxMessage } from './outbox.ts'
import { PacketIds } from './packet-ids.ts'
import { asError } from './pause.ts'
import { Replies } from './replies.ts'
import { parseRowProblems, type RowProblemReport } from './row-problem-report.ts'
import { allChildren, type StartMessage, startMessages } from './start-messages.ts'
import { TokenRequests } from './token-requests.ts'
import { findChildIdProblem, refuseBadChildId, refuseBadTopic, topicOf } from './topics.ts'

/**
 * A device with credentials, from its first connection to its end: what it is given to send waits in
 * the outbox, what it is asked to do runs in lanes, and each connection begins with the same words.
 */
export class RunningDevice implements Device {
  readonly id: string
  readonly send: Device['send']
  /** Settled with the first connection, or with what makes one impossible. */
  readonly started: Promise<void>
  readonly ended: Promise<Error | undefined>
  readonly #options: DeviceOptions
  readonly #limits: DeviceLimits
  readonly #packetIds = new PacketIds(Math.random())
  readonly #outbox: Outbox
  readonly #replies: Replies
  readonly #tokens: TokenRequests
  /** Whether each connection hears tokens: from the first request on. */
  #hearsTokens = false
  readonly #lanes: OperationLanes
  readonly #handlers: Map<string, OperationHandler>
  readonly #childHandlers: ReadonlyMap<string, OperationHandlers>
  readonly #over = new AbortController()
  #connection: MqttConnection | undefined
  /** Rows 100 and 101 sent by ourselves whose refusal says no more than that all is there. */
  #harmlessRefusals = 0
  /** The connection over which operations are asked for again, and whether that is not enough. */
  #refreshing: MqttConnection | undefined
  #needsRefresh = false
  #closing: Promise<void> | undefined

  constructor(options: DeviceOptions, limits: DeviceLimits, credentials: DeviceCredentials) {
    this.id = options.id
    this.#options = options
    this.#limits = limits
    this.#outbox = new Outbox(limits, this.#packetIds)
    this.#replies = new Replies(limits.replyTimeoutMs)
    this.#tokens = new TokenRequests(limits.replyTimeoutMs, () => performance.now())
    this.#handlers = new Map(Object.entries(options.operations ?? {}))
    this.#childHandlers = new Map(
      allChildren(options.children).map(({ id, operations = {} }) => [id, operations]),
    )
    this.#lanes = new OperationLanes({
      findHandler: (fragment, externalId) => this.#findHandler(fragment, externalId),
      report: (externalId, row) => this.#sendRows(externalId, [row], 'report'),
      refresh: () => this.#refresh(),
      now: () => performance.now(),
      signal: this.#over.signal,
    })
    this.send = this.child(options.id).send
    const { promise, resolve, reject } = deferred<void>()
    this.started = promise
    this.ended = this.#live(credentials, () => resolve(undefined)).catch((error: unknown) => {
      reject(error)
      return this.#end(asError(error))
    })
  }

  get isConnected(): boolean {
    return this.#connection !== undefined
  }

  sendRows(rows: readonly string[]): Promise<void> {
    return this.#sendRows(this.id, rows)
  }

  child(childId: string): DeviceAddress {
    refuseBadChildId(this.id, childId)
    return {
      id: childId,
      send: createSend({
        sendRow: (row) => this.#sendRows(childId, [row]),
        ask: (row, replyId) =>
          this.#replies.expect(replyId, () => this.#sendRows(childId, [row], 'question')),
      }),
      sendRows: (rows) => this.#sendRows(childId, rows),
    }
  }

  async publish(topic: string, payload: string): Promise<void> {
    refuseBadTopic(topic)
    refuseLarge(topic, payload, this.#limits.packetBytesMax)
    await this.#add([{ topic, payload, kind: 'data' }])
  }

  requestToken(): Promise<string> {
    return this.#tokens.request(async () => {
      if (!this.#hearsTokens) {
        this.#hearsTokens = true
        await this.#hearTokens()
      }
      await this.#add([{ topic: 's/uat', payload: '', kind: 'question' }])
    })
  }

  /** On the connection that there is; each that follows hears them from its beginning. */
  async #hearTokens(): Promise<void> {
    try {
      refuseNone(tokenTopics, (await this.#connection?.subscribe(tokenTopics)) ?? [])
    } catch (error) {
      if (error instanceof ConnectionLost) return
      this.#hearsTokens = false
      throw error
    }
  }

  onOperation(fragment: string, handler: OperationHandler): void {
    const isKnown = this.#handlers.has(fragment)
    this.#handlers.set(fragment, handler)
    if (isKnown || this.#connection === undefined) return
    const row = formatRow(['114', ...this.#handlers.keys()])
    // Without a connection in the end, the next one begins with that row anyway.
    this.#sendRows(this.id, [row], 'report').then(() => this.#refresh(), ignoreClosed)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #findHandler(fragment: string, externalId: string): OperationHandler | undefined {
    // What is not begun stays PENDING for the next start.
    if (this.#closing !== undefined) return undefined
    return this.#childHandlers.get(externalId)?.[fragment] ?? this.#handlers.get(fragment)
  }

  async #close(): Promise<void> {
    const { promise: late, resolve } = deferred<void>()
    const timer = setTimeout(resolve, this.#limits.closeTimeoutMs)
    await Promise.race([this.#outbox.empty(), late, this.ended])
    clearTimeout(timer)
    this.#over.abort(new DeviceError('closed', `${this.id} has been closed`))
    await this.ended
  }

  /** Connects for as long as the device lives. Throws why it could not go on. */
  async #live(credentials: DeviceCredentials, onStarted: () => void): Promise<never> {
    const { id, url, trustedCertificates, signal, onProgress = () => {} } = this.#options
    const { keepAliveSeconds, connectTimeoutMs, ...limits } = this.#limits
    const target = {
      url,
      clientId: id,
      userName: `${credentials.tenant}/${credentials.user}`,
      password: credentials.password,
      keepAliveSeconds,
      connectTimeoutMs,
      ...(trustedCertificates !== undefined && { trustedCertificates }),
      packetIds: this.#packetIds,
      onMessage: (topic: string, payload: string) => this.#receive(topic, payload),
    }
    const over = this.#over
    const abort = (): void => over.abort(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await keepConnected<never>({
        connect: () => {
          onProgress({ kind: 'connecting' })
          return connectMqtt(target, over.signal)
        },
        use: (connection) =>
          this.#use(connection, () => {
            onProgress({ kind: 'connected' })
            onStarted()
          }),
        ...limits,
        random: Math.random,
        onPause: (attempt, inMs, reason) =>
          onProgress({ kind: 'reconnecting', attempt, inMs, reason }),
        signal: over.signal,
      })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** From CONNACK to the end of the connection. */
  async #use(connection: MqttConnection, onGreeted: () => void): Promise<undefined> {
    this.#connection = connection
    try {
      await this.#greet(connection)
      onGreeted()
      await connection.closed
    } finally {
      this.#connection = undefined
      this.#refreshing = undefined
      this.#outbox.detach()
      this.#replies.forget(answerLost)
      this.#tokens.forget(answerLost)
    }
  }

  /** Steps 1 to 3, all in one go: the server works in the order in which things arrive. */
  async #greet(connection: MqttConnection): Promise<void> {
    const { children, subscriptions = [] } = this.#options
    const introduction = { ...this.#options, operations: [...this.#handlers.keys()] }
    this.#harmlessRefusals = 1 + allChildren(children).length
    const topics = ['s/ds', ...subscriptions]
    this.#lanes.refreshed()
    const done = [
      connection.subscribe(['s/e']).then((granted) => refuseNone(['s/e'], granted)),
      ...startMessages(introduction, this.#limits.packetBytesMax).map((message) =>
        this.#publishNow(connection, message),
      ),
      connection.subscribe(topics).then((granted) => refuseNone(topics, granted)),
      this.#publishNow(connection, getPendingOperations),
      // A server without tokens is no reason to end: whoever waits for one gets no answer.
      ...(this.#hearsTokens ? [connection.subscribe(tokenTopics)] : []),
    ]
    this.#outbox.attach(connection)
    await Promise.all(done)
  }

  /** For what is said on every connection anew. */
  #publishNow(connection: MqttConnection, message: StartMessage): Promise<void> {
    return publishOnce(connection, this.#packetIds, message)
  }

  #receive(topic: string, payload: string): void {
    const { onMessage = () => {}, onProblem = () => {} } = this.#options
    if (topic === 's/e') {
      for (const problem of parseRowProblems(payload)) {
        if (!this.#isHarmless(problem)) onProblem(problem)
      }
    } else if (topic === 's/ds') {
      const { rows, problem } = parsePayload(payload)
      const others = rows.filter((row) => !this.#replies.receive(row))
      for (const operation of parseOperations(others)) {
        const text = findChildIdProblem(this.id, operation.externalId)
        // What cannot be answered is not begun: it stays PENDING, and somebody is told why.
        if (text === undefined) this.#lanes.receive(operation)
        else onProblem({ code: 0, messageId: operation.messageId, text })
      }
      if (problem !== undefined) onProblem(problem)
    } else if (topic !== 's/dat' || !this.#tokens.receive(parsePayload(payload).rows[0] ?? [])) {
      onMessage(topic, payload)
    }
  }

  /** `41,100,Device already existing`: devices send that row on every start (mqtt-endpoint §10). */
  #isHarmless({ code, messageId }: RowProblemReport): boolean {
    const isOurs = code === 41 && (messageId === '100' || messageId === '101')
    if (!isOurs || this.#harmlessRefusals === 0) return false
    this.#harmlessRefusals -= 1
    return true
  }

  /** At once if nothing like it is on its way; otherwise once more after that. */
  #refresh(): void {
    const connection = this.#connection
    if (connection === undefined) return
    if (this.#refreshing === connection) {
      this.#needsRefresh = true
      return
    }
    this.#refreshing = connection
    this.#needsRefresh = false
    const topics = ['s/ds']
    const asked = [
      connection
        .resubscribe(topics, () => this.#lanes.refreshed())
        .then((granted) => refuseNone(topics, granted)),
      this.#publishNow(connection, getPendingOperations),
    ]
    Promise.all(asked).then(
      () => {
        this.#refreshing = undefined
        if (this.#needsRefresh) this.#refresh()
      },
      // The next connection begins with the same, and knows what to do if that is refused.
      () => void connection.end(),
    )
  }

  async #sendRows(
    externalId: string,
    rows: readonly string[],
    kind: OutboxMessage['kind'] = 'data',
  ): Promise<void> {
    const topic = topicOf(this.id, externalId)
    const payloads = packRows(topic, rows, this.#limits.packetBytesMax)
    await this.#add(payloads.map((payload) => ({ topic, payload, kind })))
  }

  async #add(messages: readonly OutboxMessage[]): Promise<void> {
    if (this.#closing !== undefined && messages.some(({ kind }) => kind !== 'report')) {
      throw new DeviceError('closed', `${this.id} is being closed`)
    }
    await this.#outbox.add(messages)
  }

  /** Gives the error unless somebody wanted the end. */
  #end(error: Error): Error | undefined {
    const isWanted = this.#over.signal.aborted
    const text = isWanted ? `${this.id} has been closed` : `${this.id} has ended: ${error.message}`
    this.#outbox.close(new DeviceError('closed', text, { cause: error }))
    if (isWanted) return undefined
    this.#over.abort(error)
    return error
  }
}

const tokenTopics = ['s/dat']
const answerLost = 'The connection ended before the answer came'
const getPendingOperations: StartMessage = { topic: 's/us', payload: '500' }

function refuseNone(topics: readonly string[], granted: readonly number[]): void {
  const refused = topics.filter((_, index) => granted[index] === 128)
  if (refused.length === 0) return
  throw new DeviceError('subscriptionRefused', `The server refuses ${refused.join(', ')}`)
}

function ignoreClosed(error: unknown): void {
  if (!(error instanceof DeviceError && error.code === 'closed')) throw error
}
