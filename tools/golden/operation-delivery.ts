import type { JsonObject, JsonValue, OperationId } from '@pileus/domain'
import { DeviceGateway } from '@pileus/server/src/device-gateway/device-gateway.ts'
import type {
  Downlink,
  ObservesGateway,
  Session,
} from '@pileus/server/src/device-gateway/session-ports.ts'
import type { RunsCase } from './golden-case.ts'
import { listAt, objectAt, objectsAt, optionalTextAt, textAt } from './golden-case.ts'
import { goldenTenant, openGoldenPlatform } from './golden-platform.ts'

const now = Date.parse('2031-04-05T07:00:00.000Z')

const silentObserver: ObservesGateway = {
  rowHandled() {},
  publishTaken() {},
  publishesAnswered() {},
  duplicateSuppressed() {},
  operationSent() {},
  operationAcknowledged() {},
  operationUnsayable() {},
  errorLineDropped() {},
  failed(_activity, error) {
    throw error
  },
}

/** One occasion in a session: which topics receive which operations. */
export const runOperationDelivery: RunsCase = async ({ input, expect }) => {
  const client = textAt(input, 'client')
  // What is created on the occasion is not there before.
  const on = objectAt(input, 'on')
  const created = objectsAt(input, 'operations').find(({ id }) => id === on.created)
  const earlier = objectsAt(input, 'operations').filter((operation) => operation !== created)
  const platform = await openGoldenPlatform(client, { ...input, operations: earlier }, now)
  const messages = new Map<string, string[]>()
  const downlink: Downlink = {
    send(topic, payload) {
      messages.set(topic, [...(messages.get(topic) ?? []), payload])
      return true
    },
    room: 20,
    close() {},
  }
  const user = {
    tenantId: goldenTenant,
    userName: platform.connection.actor.userName,
    secretHash: '',
    groupIds: [3],
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: now,
    creationTime: now,
    profile: {},
  }
  let clockMs = now
  const gateway = new DeviceGateway({
    store: platform.store,
    clock: { now: () => clockMs },
    secrets: {
      drawSecret: () => '',
      hashDeviceSecret: () => '',
      hashToken: () => '',
      verifyToken: () => false,
      hashPassword: () => Promise.resolve(''),
    },
    observer: silentObserver,
    logIn: () => Promise.resolve({ kind: 'user', user }),
    tokens: { issueToken: () => Promise.resolve(undefined) },
    routes: { callRoute: () => ({ status: 404, body: undefined, message: '' }) },
    tokenIntervalMs: 10_000,
    connectRate: undefined,
    bootstrap: { pollIntervalMs: 5000, sessionsMax: 1, sessionMs: 60_000, rates: undefined },
    sourceOf: (address) => address,
    platformVersion: '0.0.0',
    packetBytesMax: 16_184,
  })
  const template = optionalTextAt(input, 'defaultTemplate')
  const verdict = await gateway.connect({
    clientId: template === undefined ? client : `d:${client}:${template}`,
    protocolLevel: 4,
    userName: user.userName,
    password: new Uint8Array([1]),
    remoteAddress: '10.0.0.7',
  })
  if (verdict.kind !== 'accepted') throw new Error(verdict.reason)
  const session = verdict.open(downlink)
  subscribe(session, listAt(input, 'subscriptions').map(String))
  await settle()
  messages.clear()
  // What earlier subscriptions sent lies far enough back.
  clockMs += 60_000
  if (created !== undefined) await platform.putOperation(created)
  await happen(session, gateway, platform.store, on)
  await settle()
  session.closed('')
  await platform.store[Symbol.asyncDispose]()
  const expected = objectAt(expect, 'messages')
  const shown = [...messages].map(([topic, payloads]) => [
    topic,
    jsonTopics.has(topic) ? asListed(payloads, listAt(expected, topic)) : payloads,
  ])
  return { messages: Object.fromEntries(shown) }
}

const jsonTopics: ReadonlySet<string> = new Set([
  'devicecontrol/notifications',
  'notification/operations',
])

/** JSON objects with those members that the case lists; more may be sent. */
function asListed(
  payloads: readonly string[],
  expected: readonly JsonValue[],
): readonly JsonValue[] {
  return payloads.map((payload, index) => {
    const sent = JSON.parse(payload) as JsonObject
    const listed = Object.keys((expected[index] ?? sent) as JsonObject)
    return Object.fromEntries(Object.entries(sent).filter(([name]) => listed.includes(name)))
  })
}

function subscribe(session: Session, filters: readonly string[]): void {
  session.subscribe(filters.map((filter) => ({ filter, qos: 1 })))
  session.subscribed()
}

async function happen(
  session: Session,
  gateway: DeviceGateway,
  store: { reader: Awaited<ReturnType<typeof openGoldenPlatform>>['store']['reader'] },
  on: JsonObject,
): Promise<void> {
  const created = optionalTextAt(on, 'created')
  const filter = optionalTextAt(on, 'subscribe')
  if (created !== undefined) {
    const operation = await store.reader(goldenTenant).findOperation(created as OperationId)
    if (operation === undefined) throw new Error(`No operation ${created}`)
    const event = { kind: 'operationCreated', operation } as const
    gateway.onCommitted([{ tenantId: goldenTenant, event }])
  } else if (filter !== undefined) {
    subscribe(session, [filter])
  } else {
    await session.publish({
      topic: textAt(on, 'topic'),
      payload: Buffer.from(textAt(on, 'row')),
      qos: 1,
      isDuplicate: false,
      packetId: 1,
    })
  }
}

/** Delivery reads the store and goes on in later turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}
