import { isAscii, isUtf8 } from 'node:buffer'
import type {
  Batch,
  Connection,
  Eventually,
  Instant,
  ProcessingMode,
  PublishReceipt,
  Unit,
} from '@pileus/domain'
import type { ParsedPayload, RowProblem } from '@pileus/smartrest'
import {
  formatErrorLine,
  formatRow,
  parseCollectionRows,
  parsePayload,
  rowProblem,
} from '@pileus/smartrest'
import { PlatformError } from '../platform-error.ts'
import type { Definition, DefinitionAnswer } from './define-collection.ts'
import { defineCollection, defineCollectionAlone } from './define-collection.ts'
import type { IssuesTokens } from './issues-tokens.ts'
import type { JsonProblem } from './json/json-problem.ts'
import { formatJsonProblem } from './json/json-problem.ts'
import { performJson, performJsonAlone } from './json/perform-json.ts'
import type { JsonMessage } from './json/read-json-message.ts'
import { readDocument } from './json/read-json-message.ts'
import { findOperationChannel } from './operation-channels.ts'
import { OperationDelivery } from './operation-delivery.ts'
import type { Outcomes } from './process-rows.ts'
import { nothing, processRows, processRowsAlone, unitFor } from './process-rows.ts'
import { receiptOf, receiptSeed } from './publish-receipt.ts'
import type { Route } from './route-topic.ts'
import { routeTopic } from './route-topic.ts'
import type { CollectionOfRows, RowContext } from './row-context.ts'
import type {
  Downlink,
  PlacedProblem,
  RequestedFilter,
  Session,
  SubackCode,
  UplinkMessage,
} from './session-ports.ts'
import type { LanguageSurroundings } from './session-surroundings.ts'
import { performSmartRest1 } from './smartrest-1/perform-smartrest-1.ts'
import { Turnstile } from './smartrest-1/turnstile.ts'
import { isFilterGranted, Subscriptions } from './subscription-filters.ts'

/** Error messages of one session in a second; more are dropped and counted (mqtt-endpoint §10.3). */
const errorsPerSecondMax = 10

/** Something to be told to the device. */
type Answer =
  | Outcomes[number]
  /** Decided on arrival. */
  | { readonly kind: 'problem'; readonly problem: RowProblem; readonly place?: number }
  /** A line on `error`. */
  | { readonly kind: 'jsonError'; readonly payload: string }
  /** A row on `s/dat`. */
  | { readonly kind: 'token'; readonly payload: string }
  /** A row on `s/dt`. */
  | DefinitionAnswer

/** A message between its arrival and its answer. */
interface TakenMessage extends MessageHead {
  readonly mode: ProcessingMode
  readonly child: string | undefined
  readonly parsed: ParsedPayload
  /** What is asked instead of rows. */
  readonly json: JsonMessage | undefined
  readonly definition: Definition | undefined
  /** Whose templates the rows use; absent for the static ones. */
  readonly collection: CollectionOfRows | undefined
  readonly receipt: PublishReceipt | undefined
  outcomes: readonly Answer[]
  /** A mistake of ours that its rows have led to. */
  fault: unknown
}

/** What is kept of a message while it waits; the bytes that it came in are not its own. */
interface MessageHead extends Omit<UplinkMessage, 'payload'> {
  readonly text: string
}

/** Messages share the time of receipt of the first one, so they may not lie further apart. */
const turnMs = 5

/** The messages of one turn of the event loop. */
interface Turn {
  readonly now: Instant
  readonly batch: Batch<TakenMessage>
  readonly messages: TakenMessage[]
  readonly answered: Promise<void>
}

const done: Promise<void> = Promise.resolve()
const noRows: ParsedPayload = { rows: [] }

export interface DeviceSurroundings extends LanguageSurroundings {
  readonly tokens: IssuesTokens
  /** Least time between two tokens of one session. */
  readonly tokenIntervalMs: number
  readonly onClosed: (session: DeviceSession) => void
}

/** The connection of one device, from CONNACK to its end. */
export class DeviceSession implements Session {
  readonly connection: Connection
  readonly #around: DeviceSurroundings
  readonly #downlink: Downlink
  /** Collection behind `s/ud` and `s/dd`. */
  readonly #defaultTemplate: string | undefined
  readonly #receiptSeed: number
  readonly #subscriptions = new Subscriptions()
  #delivery: OperationDelivery | undefined
  // Devices send on one topic again and again.
  #lastTopic = ''
  #lastRoute: Route | undefined
  /** What came last, until it is answered: by then everything before it is, too. */
  #turn: Turn | undefined
  /** Only a device that speaks SmartREST 1.0 has one. */
  #turnstile: Turnstile | undefined
  #tokenAskedAt: Instant | undefined
  #errorSecond = 0
  #errorsInSecond = 0

  constructor(
    around: DeviceSurroundings,
    connection: Connection,
    defaultTemplate: string | undefined,
    downlink: Downlink,
  ) {
    this.connection = connection
    this.#around = around
    this.#downlink = downlink
    this.#defaultTemplate = defaultTemplate
    this.#receiptSeed = receiptSeed(connection.actor.tenantId, connection.deviceIdentifier)
  }

  subscribe(filters: readonly RequestedFilter[]): readonly SubackCode[] {
    const subscriber = { isBootstrap: false, defaultTemplate: this.#defaultTemplate }
    return filters.map(({ filter, qos }) => {
      if (!isFilterGranted(filter, subscriber)) return 0x80
      this.#subscriptions.set(filter, qos)
      if (findOperationChannel(filter) !== undefined) {
        // Only a device that asks for operations needs the means to send them.
        this.#delivery ??= new OperationDelivery(this.#around, {
          connection: this.connection,
          downlink: this.#downlink,
          subscriptions: this.#subscriptions,
          defaultTemplate: this.#defaultTemplate,
        })
        this.#delivery.subscribe(filter)
      }
      return qos
    })
  }

  subscribed(): void {
    this.#delivery?.pump()
  }

  unsubscribe(filters: readonly string[]): void {
    for (const filter of filters) {
      this.#subscriptions.delete(filter)
      this.#delivery?.unsubscribe(filter)
    }
  }

  windowOpened(): void {
    this.#delivery?.pump()
  }

  closed(): void {
    this.#delivery?.close()
    this.#around.onClosed(this)
  }

  /** Ends the connection, after a line that says why if the device listens. */
  end(reason: string): void {
    this.#sendError('s/e', formatErrorLine({ code: 41, messageId: '', text: reason }))
    this.#downlink.close(reason)
  }

  get delivery(): OperationDelivery | undefined {
    return this.#delivery
  }

  publish(message: UplinkMessage): Promise<void> {
    const route = this.#routeOf(message)
    if (route.kind === 'smartrest-1') {
      this.#turnstile ??= new Turnstile()
      const kept = keep(message)
      return this.#turnstile.hold(() => this.#publishSmartRest1(kept, route))
    }
    if (this.#turnstile?.isClosed !== true) return this.#publish(message, route)
    const kept = keep(message)
    return this.#turnstile.pass(() => this.#publish(kept, route))
  }

  #routeOf(message: UplinkMessage): Route {
    if (message.topic !== this.#lastTopic || this.#lastRoute === undefined) {
      // walk: uplink 4
      this.#lastRoute = routeTopic(message.topic)
      this.#lastTopic = message.topic
    }
    return this.#lastRoute
  }

  #publish(
    message: UplinkMessage,
    route: Exclude<Route, { readonly kind: 'smartrest-1' }>,
  ): Promise<void> {
    switch (route.kind) {
      case 'static':
        return this.#publishRows(message, route)
      case 'default':
      case 'custom':
        return this.#publishCollectionRows(message, route)
      case 'template-creation':
        return this.#publishDefinition(message, route.template)
      case 'token-request':
        return this.#answerTokenRequest(message)
      case 'credentials-request':
        return this.#refuse(message, rowProblem('notABootstrapSession', '', {}))
      case 'json':
        return this.#publishJson(message, route)
      case 'invalid':
        return route.isSmartRest
          ? this.#refuse(message, rowProblem('topicNotSupported', '', { topic: message.topic }))
          : this.#refuseTopic(message)
    }
  }

  #publishRows(
    message: UplinkMessage,
    { mode, child }: Pick<Extract<Route, { readonly kind: 'static' }>, 'mode' | 'child'>,
    collection?: CollectionOfRows,
  ): Promise<void> {
    const { qos, packetId, topic, isDuplicate, trace } = message
    const text = readText(message.payload)
    if (text === undefined) return this.#refuse(message, rowProblem('notUtf8', '', {}))
    // walk: uplink 5
    const parsed = parsePayload(text)
    if (parsed.rows.length === 0 && parsed.problem === undefined) return done
    this.#around.observer.publishTaken(qos, mode)
    const receipt =
      qos === 0 || packetId === 0 ? undefined : receiptOf(this.#receiptSeed, packetId, topic, text)
    return this.#enqueue({
      topic,
      qos,
      packetId,
      isDuplicate,
      text,
      trace,
      mode,
      child,
      parsed,
      json: undefined,
      definition: undefined,
      collection,
      receipt,
      outcomes: nothing,
      fault: undefined,
    })
  }

  #publishJson(
    message: UplinkMessage,
    { mode, topic: row, id }: Extract<Route, { readonly kind: 'json' }>,
  ): Promise<void> {
    const { qos, packetId, topic } = message
    const decoded = readText(message.payload)
    const text = decoded ?? ''
    this.#around.observer.publishTaken(qos, mode)
    const document = readDocument(row, decoded)
    const hasReceipt = qos !== 0 && packetId !== 0
    return this.#enqueue({
      ...withoutRows(headOf(message)),
      mode,
      json: { topic: row, id, mode, packetId, document },
      receipt: hasReceipt ? receiptOf(this.#receiptSeed, packetId, topic, text) : undefined,
    })
  }

  /**
   * A definition has no receipt: repeated, it is answered again, which a device waits for whose
   * connection broke.
   */
  #publishDefinition(message: UplinkMessage, xId: string): Promise<void> {
    const { qos, isDuplicate } = message
    const text = readText(message.payload)
    if (text === undefined) {
      const reason = 'The message is not valid UTF-8'
      return this.#say(headOf(message), [{ kind: 'collectionRefused', xId, reason }])
    }
    this.#around.observer.publishTaken(qos, 'PERSISTENT')
    const rows = text === '' ? undefined : parseCollectionRows(text)
    const definition = { xId, rows, isDuplicate }
    return this.#enqueue({ ...withoutRows(headOf(message)), definition })
  }

  #publishCollectionRows(
    message: UplinkMessage,
    route: Extract<Route, { readonly kind: 'default' | 'custom' }>,
  ): Promise<void> {
    const xId = route.kind === 'custom' ? route.template : this.#defaultTemplate
    if (xId === undefined) return this.#refuseRows(message)
    const downlinkTopic = route.kind === 'custom' ? `s/dc/${xId}` : 's/dd'
    const { collections } = this.#around
    return this.#publishRows(message, route, { collections, xId, downlinkTopic })
  }

  /**
   * Each row is a request with transactions of its own, so that the message cannot be one: its
   * receipt is written behind them, and whatever comes later waits.
   */
  async #publishSmartRest1(
    message: UplinkMessage,
    { mode, template: xId }: Extract<Route, { readonly kind: 'smartrest-1' }>,
  ): Promise<void> {
    await this.#turn?.answered
    const { store, clock, observer } = this.#around
    const { qos, packetId, topic, isDuplicate, trace } = message
    const text = readText(message.payload)
    if (text === undefined) return this.#refuse(message, rowProblem('notUtf8', '', {}))
    const parsed = parsePayload(text)
    observer.publishTaken(qos, mode)
    const hasReceipt = qos !== 0 && packetId !== 0
    const receipt = hasReceipt ? receiptOf(this.#receiptSeed, packetId, topic, text) : undefined
    const { tenantId } = this.connection.actor
    if (receipt !== undefined && isDuplicate) {
      if (await store.run(tenantId, clock.now(), (unit) => unit.hasReceipt(receipt))) {
        observer.duplicateSuppressed()
        return
      }
    }
    trace?.started()
    const outcomes = await performSmartRest1(this.#around, this.connection, { xId, mode, parsed })
    for (const place of parsed.rows.keys()) {
      trace?.rowDone(
        place,
        outcomes.find((outcome) => outcome.place === place),
      )
    }
    if (receipt !== undefined) {
      await store.run(tenantId, clock.now(), (unit) => unit.rememberReceipt(receipt))
    }
    this.#answer({ ...withoutRows(headOf(message)), mode, parsed, outcomes })
  }

  /** Messages that arrive in one go share a place in the queue, and the promise of its commit. */
  #enqueue(message: TakenMessage): Promise<void> {
    const { store, clock, observer } = this.#around
    const now = clock.now()
    const turn = this.#turn
    if (turn !== undefined && now - turn.now <= turnMs && turn.batch.add(message)) {
      turn.messages.push(message)
      return turn.answered
    }
    const messages = [message]
    const batch = store.openBatch(
      this.connection.actor.tenantId,
      now,
      (unit: Unit, each: TakenMessage) => this.#perform(unit, each),
    )
    batch.add(message)
    const answered = batch.committed.then(
      () => {
        observer.publishesAnswered(clock.now() - now)
        this.#answerAll(messages)
      },
      (error: unknown) => this.#recover(messages, error),
    )
    this.#turn = { now, batch, messages, answered }
    return answered
  }

  #perform(unit: Unit, message: TakenMessage): Eventually<void> {
    const { parsed, json, definition, receipt, isDuplicate } = message
    if (receipt !== undefined) {
      if (isDuplicate && unit.hasReceipt(receipt)) {
        this.#around.observer.duplicateSuppressed()
        return undefined
      }
      unit.rememberReceipt(receipt)
    }
    // Refusals that were decided on arrival are here to be told in their turn.
    const hasRows = parsed !== noRows
    if (!hasRows && json === undefined && definition === undefined) return undefined
    message.fault = undefined
    message.trace?.started()
    if (json !== undefined) {
      return this.#performLater(message, this.#performJson(unit, message, json))
    }
    if (definition !== undefined) {
      return this.#performLater(message, this.#performDefinition(unit, message, definition))
    }
    let outcomes: Eventually<Outcomes>
    try {
      const context = this.#contextOf(message)
      outcomes = processRows(unitFor(unit, context), context, parsed)
    } catch (error) {
      message.fault = error
      throw error
    }
    if (outcomes instanceof Promise) return this.#performLater(message, outcomes)
    message.outcomes = outcomes
    return undefined
  }

  async #performLater(message: TakenMessage, outcomes: Promise<readonly Answer[]>): Promise<void> {
    try {
      message.outcomes = await outcomes
    } catch (error) {
      message.fault = error
      throw error
    }
  }

  async #performJson(
    unit: Unit,
    message: TakenMessage,
    json: JsonMessage,
  ): Promise<readonly Answer[]> {
    return answersOf(
      await performJson(unitFor(unit, this.#contextOf(message)), this.connection, json),
      json,
    )
  }

  async #performDefinition(
    unit: Unit,
    message: TakenMessage,
    definition: Definition,
  ): Promise<readonly Answer[]> {
    const watched = unitFor(unit, this.#contextOf(message))
    const { collections } = this.#around
    return [await defineCollection(watched, this.connection.actor, collections, definition)]
  }

  #contextOf({ mode, child, collection, trace }: TakenMessage): RowContext {
    const { connection } = this
    const { platformVersion, packetBytesMax } = this.#around
    return { connection, mode, child, collection, platformVersion, packetBytesMax, trace }
  }

  /**
   * A mistake of ours costs the row that meets it and no other: the device, which is told, would
   * send the whole message again for ever. What the storage failed at is not acknowledged.
   */
  async #recover(messages: readonly TakenMessage[], error: unknown): Promise<void> {
    const { store, observer } = this.#around
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
    const isOurs = errors.every((each) => {
      const mistake = mistakeBehind(each)
      return mistake !== undefined && messages.some(({ fault }) => fault === mistake)
    })
    if (!isOurs) throw error
    const { tenantId } = this.connection.actor
    for (const message of messages.filter(({ fault }) => fault !== undefined)) {
      observer.failed('performRows', message.fault)
      message.trace?.started()
      const { receipt } = message
      const now = this.#around.clock.now()
      message.outcomes = await this.#performAlone(message, now)
      if (receipt !== undefined) {
        await store.run(tenantId, now, (unit) => unit.rememberReceipt(receipt))
      }
    }
    this.#answerAll(messages)
  }

  async #performAlone(message: TakenMessage, now: Instant): Promise<readonly Answer[]> {
    const { parsed, json, definition } = message
    const { store, collections } = this.#around
    const { actor } = this.connection
    if (json !== undefined) {
      return answersOf(await performJsonAlone(store, now, this.connection, json), json)
    }
    return definition === undefined
      ? processRowsAlone(store, now, this.#contextOf(message), parsed)
      : [await defineCollectionAlone(store, now, actor, collections, definition)]
  }

  #answerAll(messages: readonly TakenMessage[]): void {
    if (this.#turn?.messages === messages) this.#turn = undefined
    for (const message of messages) this.#answer(message)
  }

  /** After the commit: replies and error lines in row order. */
  #answer(message: TakenMessage): void {
    const { observer } = this.#around
    const { outcomes, child, trace } = message
    const { rows, problem } = message.parsed
    if (trace !== undefined) trace.answering(problemsOf(outcomes))
    let problems = 0
    for (const answer of outcomes) {
      switch (answer.kind) {
        case 'problem':
          problems++
          this.#report(answer.problem)
          break
        case 'reply':
          this.#send('s/ds', formatRow(answer.row))
          break
        case 'resendPending': {
          const isRoot = child === undefined || child === this.connection.deviceIdentifier
          this.#delivery?.resend(answer.managedObjectId, isRoot)
          break
        }
        case 'jsonError':
          this.#sendError('error', answer.payload)
          break
        case 'token':
          this.#send('s/dat', answer.payload)
          break
        case 'result':
          this.#send(answer.topic, answer.payload)
          break
        case 'collectionFound':
          this.#send('s/dt', formatRow(['20', answer.xId, answer.id]))
          break
        case 'collectionRefused': {
          const { xId, reason } = answer
          this.#send('s/dt', formatRow(['41', xId, ...(reason === undefined ? [] : [reason])]))
          break
        }
      }
    }
    const rowsHandled = rows.length + (problem === undefined ? 0 : 1)
    for (let index = problems; index < rowsHandled; index++) observer.rowHandled(0)
    if (trace !== undefined) trace.answered()
    else if (outcomes.length > 0) this.#tellRefused(message)
  }

  /** Of a message that nobody watches only what was refused is told. */
  #tellRefused({ topic, qos, packetId, text, outcomes }: TakenMessage): void {
    const problems = problemsOf(outcomes)
    if (problems.length === 0) return
    const { connection } = this
    this.#around.observer.messageRefused?.({ connection, topic, qos, packetId, text, problems })
  }

  #report(problem: RowProblem): void {
    this.#around.observer.rowHandled(problem.code)
    this.#sendError('s/e', formatErrorLine(problem))
  }

  /** Tells what was decided on arrival, after all that the device sent before is answered. */
  #say(head: MessageHead, outcomes: readonly Answer[]): Promise<void> {
    const message = { ...withoutRows(head), outcomes }
    if (this.#turn !== undefined) return this.#enqueue(message)
    this.#answer(message)
    return done
  }

  #refuse(message: UplinkMessage, problem: RowProblem): Promise<void> {
    return this.#say(headOf(message), [{ kind: 'problem', problem }])
  }

  /** `s/ud` of a device whose client id names no collection. */
  #refuseRows(message: UplinkMessage): Promise<void> {
    const text = readText(message.payload)
    if (text === undefined) return this.#refuse(message, rowProblem('notUtf8', '', {}))
    const { rows, problem } = parsePayload(text)
    const problems = rows.map(([messageId = '']) =>
      rowProblem('noDefaultCollection', messageId, {}),
    )
    if (problem !== undefined) problems.push(problem)
    return this.#say(
      headOf(message),
      problems.map((each, place) => ({ kind: 'problem', problem: each, place })),
    )
  }

  /** Whatever the payload; nothing for who does not listen or asks too often (security §7.1). */
  async #answerTokenRequest(message: UplinkMessage): Promise<void> {
    const { tokens, tokenIntervalMs, clock } = this.#around
    const { kind, tenantId, userName } = this.connection.actor
    if (kind !== 'device') return this.#refuse(message, rowProblem('notADeviceUser', '', {}))
    if (this.#subscriptions.qosOf('s/dat') === undefined) return
    const now = clock.now()
    const waitedMs = now - (this.#tokenAskedAt ?? Number.NEGATIVE_INFINITY)
    // A clock set back ends the wait.
    if (waitedMs >= 0 && waitedMs < tokenIntervalMs) return
    this.#tokenAskedAt = now
    const head = headOf(message)
    const token = await tokens.issueToken(tenantId, userName)
    if (token === undefined) return
    await this.#say(head, [{ kind: 'token', payload: formatRow(['71', token]) }])
  }

  #refuseTopic(message: UplinkMessage): Promise<void> {
    const { topic, packetId } = message
    const text = `Publishing to topic ${topic} is not supported`
    const problem = { error: 'mqtt/topicNotSupported', message: text } as const
    return this.#say(headOf(message), answersOf(problem, { packetId }))
  }

  #sendError(topic: 's/e' | 'error', payload: string): void {
    if (this.#subscriptions.qosOf(topic) === undefined) return
    const second = Math.floor(this.#around.clock.now() / 1000)
    if (second !== this.#errorSecond) {
      this.#errorSecond = second
      this.#errorsInSecond = 0
    }
    if (++this.#errorsInSecond > errorsPerSecondMax) this.#around.observer.errorLineDropped()
    else this.#send(topic, payload)
  }

  /** Sends only what the device has subscribed to, in the QoS that it asked for. */
  #send(topic: string, payload: string): void {
    const qos = this.#subscriptions.qosOf(topic)
    if (qos !== undefined) this.#downlink.send(topic, payload, qos)
  }
}

/** The message as it is when its turn comes: its bytes are valid now only. */
function keep(message: UplinkMessage): UplinkMessage {
  return { ...message, payload: Uint8Array.from(message.payload) }
}

function headOf(message: UplinkMessage): MessageHead {
  const { topic, qos, packetId, isDuplicate, payload, trace } = message
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return { topic, qos, packetId, isDuplicate, text: bytes.toString('utf8'), trace }
}

/** A message that asks for no rows, but perhaps for something else. */
function withoutRows(head: MessageHead): TakenMessage {
  return {
    ...head,
    mode: 'PERSISTENT',
    child: undefined,
    parsed: noRows,
    json: undefined,
    definition: undefined,
    collection: undefined,
    receipt: undefined,
    outcomes: nothing,
    fault: undefined,
  }
}

function problemsOf(answers: readonly Answer[]): readonly PlacedProblem[] {
  return answers.flatMap((answer): readonly PlacedProblem[] => {
    switch (answer.kind) {
      case 'problem':
        return [answer]
      case 'jsonError':
        return [{ jsonError: answer.payload }]
      case 'collectionRefused':
        return answer.reason === undefined ? [] : [{ problem: definitionProblem(answer.reason) }]
      default:
        return []
    }
  })
}

/** A definition has no message id of its own. */
function definitionProblem(text: string): RowProblem {
  return { code: 41, messageId: '', text }
}

/** What a JSON message is answered: nothing where it was done. */
function answersOf(
  problem: JsonProblem | undefined,
  { packetId }: { readonly packetId: number },
): readonly Answer[] {
  return problem === undefined
    ? nothing
    : [{ kind: 'jsonError', payload: formatJsonProblem(problem, packetId) }]
}

/** What we did wrong, if it was us; the storage refuses only what should not have come to it. */
function mistakeBehind(error: unknown): unknown {
  if (!(error instanceof PlatformError)) return error
  return error.code === 'storageRefused' ? error.cause : undefined
}

/** `undefined` unless the bytes are UTF-8. Most payloads are ASCII, which needs no decoder. */
function readText(payload: Uint8Array): string | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
