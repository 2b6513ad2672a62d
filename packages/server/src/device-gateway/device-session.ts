import { isAscii, isUtf8 } from 'node:buffer'
import type {
  Batch,
  Connection,
  Eventually,
  Instant,
  ProcessingMode,
  PublishReceipt,
  Store,
  TellsTime,
  Unit,
} from '@pileus/domain'
import { whenThere } from '@pileus/domain'
import type { ParsedPayload, RowProblem } from '@pileus/smartrest'
import { formatErrorLine, formatRow, parsePayload, rowProblem } from '@pileus/smartrest'
import { OperationDelivery } from './operation-delivery.ts'
import type { Outcomes } from './process-rows.ts'
import { nothing, processRows } from './process-rows.ts'
import { receiptOf, receiptSeed } from './publish-receipt.ts'
import type { Route } from './route-topic.ts'
import { routeTopic } from './route-topic.ts'
import type {
  Downlink,
  ObservesGateway,
  PublishRefusal,
  Qos,
  RequestedFilter,
  Session,
  SubackCode,
  UplinkMessage,
} from './session-ports.ts'
import { isFilterGranted } from './subscription-filters.ts'

/** Error messages of one session in a second; more are dropped and counted (mqtt-endpoint §10.3). */
const errorsPerSecondMax = 10

export interface SessionParts {
  readonly store: Store
  readonly clock: TellsTime
  readonly observer: ObservesGateway
  /** Answer to row 600. */
  readonly platformVersion: string
  readonly connection: Connection
  readonly defaultTemplate?: string
  readonly onClosed: (session: DeviceSession) => void
}

/** A message between its arrival and its answer. */
interface TakenMessage {
  readonly mode: ProcessingMode
  readonly child: string | undefined
  readonly parsed: ParsedPayload
  readonly receipt: PublishReceipt | undefined
  readonly isDuplicate: boolean
  outcomes: Outcomes
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

/** The connection of one device, from CONNACK to its end. */
export class DeviceSession implements Session {
  readonly connection: Connection
  readonly #parts: SessionParts
  readonly #downlink: Downlink
  readonly #receiptSeed: number
  /** Granted QoS by filter. */
  readonly #subscriptions = new Map<string, Qos>()
  #delivery: OperationDelivery | undefined
  // Devices send on one topic again and again.
  #lastTopic = ''
  #lastRoute: Route | undefined
  /** What came last, as long as it may still grow. */
  #turn: Turn | undefined
  #errorSecond = 0
  #errorsInSecond = 0

  constructor(parts: SessionParts, downlink: Downlink) {
    const { deviceIdentifier, actor } = parts.connection
    this.connection = parts.connection
    this.#parts = parts
    this.#downlink = downlink
    this.#receiptSeed = receiptSeed(actor.tenantId, deviceIdentifier)
  }

  subscribe(filters: readonly RequestedFilter[]): readonly SubackCode[] {
    const { defaultTemplate } = this.#parts
    const subscriber = {
      isBootstrap: false,
      ...(defaultTemplate === undefined ? {} : { defaultTemplate }),
    }
    return filters.map(({ filter, qos }) => {
      if (!isFilterGranted(filter, subscriber)) return 0x80
      this.#subscriptions.set(filter, qos)
      this.#deliveryFor(filter)?.subscribe(filter, qos)
      return qos
    })
  }

  /** Only a device that asks for operations needs the means to send them. */
  #deliveryFor(filter: string): OperationDelivery | undefined {
    if (filter !== 's/ds') return undefined
    const { store, clock, observer, connection } = this.#parts
    this.#delivery ??= new OperationDelivery({
      store,
      clock,
      observer,
      tenantId: connection.actor.tenantId,
      deviceIdentifier: connection.deviceIdentifier,
      downlink: this.#downlink,
    })
    return this.#delivery
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
    this.#parts.onClosed(this)
  }

  /** Ends the connection, after a line that says why if the device listens. */
  end(reason: string): void {
    this.#sendError(formatErrorLine({ code: 41, messageId: '', text: reason }))
    this.#downlink.close(reason)
  }

  get delivery(): OperationDelivery | undefined {
    return this.#delivery
  }

  publish(message: UplinkMessage): Promise<void> | PublishRefusal {
    if (message.topic !== this.#lastTopic || this.#lastRoute === undefined) {
      // walk: uplink 4
      this.#lastRoute = routeTopic(message.topic)
      this.#lastTopic = message.topic
    }
    const route = this.#lastRoute
    switch (route.kind) {
      case 'static':
        return this.#publishRows(message, route)
      case 'default':
      case 'custom':
        return this.#refuseCollectionRows(message, route)
      case 'smartrest-1':
        return this.#refuse(rowProblem('notOffered', '', { feature: 'SmartREST 1.0' }))
      case 'template-creation':
        return this.#refuseTemplate(route.template)
      case 'token-request':
        return this.#refuse(rowProblem('notOffered', '', { feature: 'The device token' }))
      case 'credentials-request':
        return this.#refuse(rowProblem('notABootstrapSession', '', {}))
      case 'json':
        return this.#refuseJson(message, `JSON on topic ${message.topic} is not offered yet`)
      case 'invalid':
        return route.isSmartRest
          ? this.#refuse(rowProblem('topicNotSupported', '', { topic: message.topic }))
          : this.#refuseJson(message, `Publishing to topic ${message.topic} is not supported`)
    }
  }

  #publishRows(
    { qos, packetId, topic, payload, isDuplicate }: UplinkMessage,
    { mode, child }: Extract<Route, { readonly kind: 'static' }>,
  ): Promise<void> {
    const { observer } = this.#parts
    const text = readText(payload)
    if (text === undefined) return this.#refuse(rowProblem('notUtf8', '', {}))
    // walk: uplink 5
    const parsed = parsePayload(text)
    if (parsed.rows.length === 0 && parsed.problem === undefined) return done
    observer.publishTaken(qos, mode)
    const receipt =
      qos === 0 || packetId === 0 ? undefined : receiptOf(this.#receiptSeed, packetId, topic, text)
    return this.#enqueue({ mode, child, parsed, receipt, isDuplicate, outcomes: nothing })
  }

  /** Messages that arrive in one go share a place in the queue, and the promise of its commit. */
  #enqueue(message: TakenMessage): Promise<void> {
    const { store, clock, connection } = this.#parts
    const now = clock.now()
    const turn = this.#turn
    if (turn !== undefined && now - turn.now <= turnMs && turn.batch.add(message)) {
      turn.messages.push(message)
      return turn.answered
    }
    const messages = [message]
    const batch = store.openBatch(connection.actor.tenantId, now, this.#perform)
    batch.add(message)
    const answered = batch.committed.then(() => this.#answerAll(messages))
    this.#turn = { now, batch, messages, answered }
    return answered
  }

  readonly #perform = (unit: Unit, message: TakenMessage): Eventually<void> => {
    const { connection, platformVersion, observer } = this.#parts
    const { mode, child, parsed, receipt, isDuplicate } = message
    if (receipt !== undefined) {
      if (isDuplicate && unit.hasReceipt(receipt)) {
        observer.duplicateSuppressed()
        return undefined
      }
      unit.rememberReceipt(receipt)
    }
    return whenThere(
      processRows(unit, { connection, mode, child, platformVersion }, parsed),
      (outcomes) => {
        message.outcomes = outcomes
      },
    )
  }

  #answerAll(messages: readonly TakenMessage[]): void {
    for (const { parsed, outcomes, child } of messages) this.#answer(parsed, outcomes, child)
  }

  /** After the commit: replies and error lines in row order. */
  #answer(parsed: ParsedPayload, outcomes: Outcomes, child: string | undefined): void {
    const { observer, connection } = this.#parts
    let problems = 0
    for (const outcome of outcomes) {
      switch (outcome.kind) {
        case 'problem':
          problems++
          this.#report(outcome.problem)
          break
        case 'reply':
          this.#send('s/ds', formatRow(outcome.row))
          break
        case 'resendPending': {
          const isRoot = child === undefined || child === connection.deviceIdentifier
          this.#delivery?.resend(outcome.managedObjectId, isRoot)
          break
        }
      }
    }
    const rows = parsed.rows.length + (parsed.problem === undefined ? 0 : 1)
    for (let index = problems; index < rows; index++) observer.rowHandled(0)
  }

  #report(problem: RowProblem): void {
    this.#parts.observer.rowHandled(problem.code)
    this.#sendError(formatErrorLine(problem))
  }

  #refuse(problem: RowProblem): Promise<void> {
    this.#report(problem)
    return done
  }

  /** No collection exists yet, so each row names one that does not. */
  #refuseCollectionRows(
    message: UplinkMessage,
    route: Extract<Route, { readonly kind: 'default' | 'custom' }>,
  ): Promise<void> {
    const text = readText(message.payload)
    if (text === undefined) return this.#refuse(rowProblem('notUtf8', '', {}))
    const { rows, problem } = parsePayload(text)
    const xId = route.kind === 'custom' ? route.template : this.#parts.defaultTemplate
    for (const [messageId = ''] of rows) {
      this.#report(
        xId === undefined
          ? rowProblem('noDefaultCollection', messageId, {})
          : rowProblem('collectionUnknown', messageId, { xId }),
      )
    }
    if (problem !== undefined) this.#report(problem)
    return done
  }

  /** An empty message asks whether the collection exists, which can be answered. */
  #refuseTemplate(xId: string): Promise<void> {
    this.#send('s/dt', formatRow(['41', xId]))
    return this.#refuse(rowProblem('notOffered', '', { feature: 'Creating template collections' }))
  }

  #refuseJson({ qos, packetId }: UplinkMessage, text: string): Promise<void> {
    const messageId = qos === 0 ? {} : { messageId: packetId }
    const error = { error: 'mqtt/topicNotSupported', message: text, ...messageId }
    this.#sendErrorOn('error', JSON.stringify(error))
    return done
  }

  #sendError(line: string): void {
    this.#sendErrorOn('s/e', line)
  }

  #sendErrorOn(topic: 's/e' | 'error', payload: string): void {
    const second = Math.floor(this.#parts.clock.now() / 1000)
    if (second !== this.#errorSecond) {
      this.#errorSecond = second
      this.#errorsInSecond = 0
    }
    if (++this.#errorsInSecond > errorsPerSecondMax) this.#parts.observer.errorLineDropped()
    else this.#send(topic, payload)
  }

  /** Sends only what the device has subscribed to, in the QoS that it asked for. */
  #send(topic: string, payload: string): void {
    const qos = this.#subscriptions.get(topic)
    if (qos !== undefined) this.#downlink.send(topic, payload, qos)
  }
}

/** `undefined` unless the bytes are UTF-8. Most payloads are ASCII, which needs no decoder. */
function readText(payload: Uint8Array): string | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
