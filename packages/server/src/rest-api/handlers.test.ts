// Every route against everybody: what nobody, the wrong user, the right one, and bad input get.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonValue } from '@pileus/domain'
import type { RouteName } from '@pileus/rest-contract'
import { routes } from '@pileus/rest-contract'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi, tenantA } from './rest-api.fixture.ts'

/** Ids of things that exist in tenant A; `admin` owns them. */
interface Things {
  readonly device: string
  readonly child: string
  readonly asset: string
  readonly addition: string
  readonly measurement: string
  readonly event: string
  readonly alarm: string
  readonly operation: string
}

const time = '2031-02-11T07:02:11.004Z'

async function createThings(api: TestApi): Promise<Things> {
  const device = await api.createDevice('pump-1')
  const below = async (kind: string) =>
    api.create(`/inventory/managedObjects/${device}/${kind}`, { name: kind })
  const source = { id: device }
  const data = { source, time, type: 'test_Type', text: 'x', severity: 'MAJOR' }
  await api.create('/devicecontrol/newDeviceRequests', { id: 'meter-8' })
  return {
    device,
    child: await below('childDevices'),
    asset: await below('childAssets'),
    addition: await below('childAdditions'),
    measurement: await api.create('/measurement/measurements', { source, time, type: 'test_Type' }),
    event: await api.create('/event/events', data),
    alarm: await api.create('/alarm/alarms', data),
    operation: await api.create('/devicecontrol/operations', { deviceId: device, c8y_Restart: {} }),
  }
}

interface RouteCase {
  readonly url: (things: Things) => string
  readonly body?: (things: Things) => JsonValue
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  /** Who is allowed, where it is not `admin`. */
  readonly as?: string
  /** A URL of the same route that leads to nothing, and the error that says so. */
  readonly unknown?: readonly [url: string, error: string]
  /** A body, or query string, that is well-formed but invalid, and the error that says so. */
  readonly invalid?: readonly [bodyOrQuery: JsonValue, error: string]
  /** What somebody without any permission gets: 403 unless given. */
  readonly nobody?: number
  /** A stream, which does not end by itself: tried where there is a socket. */
  readonly isEndless?: true
  /** Whether the device of the registration request has asked before, or was accepted. */
  readonly after?: 'asked' | 'accepted'
}

const inventory = '/inventory/managedObjects'
const noObject = (rest = ''): readonly [string, string] => [
  `${inventory}/1234567${rest}`,
  'inventory/Not Found',
]
const missing = 'undefined/validationError'
const general = 'general/validationError'

function childCases<Kind extends 'Device' | 'Asset' | 'Addition'>(
  kind: Kind,
  list: string,
  idOf: (things: Things) => string,
) {
  const url = ({ device }: Things) => `${inventory}/${device}/${list}`
  const one = (things: Things) => `${url(things)}/${idOf(things)}`
  const reference = (things: Things) => ({ managedObject: { id: idOf(things) } })
  return {
    list: { url, status: 200, unknown: noObject(`/${list}`), invalid: ['pageSize=0', general] },
    add: {
      url,
      body: reference,
      status: 201,
      unknown: noObject(`/${list}`),
      invalid: [{ name: 5 }, general],
    },
    getOne: { url: one, status: 200, unknown: noObject(`/${list}/1`) },
    removeMany: {
      url,
      body: (things: Things) => ({ references: [reference(things)] }),
      status: 204,
      unknown: noObject(`/${list}`),
      invalid: [{}, missing],
    },
    removeOne: { url: one, status: 204, unknown: noObject(`/${list}/1`) },
  } as const satisfies Record<string, RouteCase>
}

const devices = childCases('Device', 'childDevices', ({ child }) => child)
const assets = childCases('Asset', 'childAssets', ({ asset }) => asset)
const additions = childCases('Addition', 'childAdditions', ({ addition }) => addition)
const withSource =
  (members: object) =>
  ({ device }: Things) =>
    ({ source: { id: device }, ...members }) as JsonValue

const cases: Readonly<Record<RouteName, RouteCase>> = {
  getCurrentTenant: { url: () => '/tenant/currentTenant', status: 200, nobody: 200 },
  getCurrentUser: { url: () => '/user/currentUser', status: 200, nobody: 200 },
  deleteUser: {
    url: () => `/user/${tenantA}/users/reader`,
    status: 204,
    unknown: [`/user/${tenantA}/users/nix`, 'users/Not Found'],
  },
  listExternalIds: {
    url: ({ device }) => `/identity/globalIds/${device}/externalIds`,
    status: 200,
  },
  createExternalId: {
    url: ({ device }) => `/identity/globalIds/${device}/externalIds`,
    body: () => ({ type: 'test', externalId: 'x' }),
    status: 201,
    unknown: ['/identity/globalIds/1/externalIds', 'inventory/Not Found'],
    invalid: [{ type: 'test' }, missing],
  },
  getExternalId: {
    url: () => '/identity/externalIds/c8y_Serial/pump-1',
    status: 200,
    unknown: ['/identity/externalIds/c8y_Serial/nix', 'identity/Not Found'],
  },
  deleteExternalId: {
    url: () => '/identity/externalIds/c8y_Serial/pump-1',
    status: 204,
    unknown: ['/identity/externalIds/c8y_Serial/nix', 'identity/Not Found'],
  },
  listManagedObjects: {
    url: () => inventory,
    status: 200,
    invalid: ['pageSize=-1', general],
    nobody: 200,
  },
  createManagedObject: {
    url: () => inventory,
    body: () => ({}),
    status: 201,
    invalid: [{ type: 5 }, general],
  },
  countManagedObjects: {
    url: () => `${inventory}/count`,
    status: 200,
    invalid: ['onlyRoots=maybe', general],
  },
  getManagedObject: {
    url: ({ device }) => `${inventory}/${device}`,
    status: 200,
    unknown: noObject(),
    invalid: ['withChildren=maybe', general],
  },
  updateManagedObject: {
    url: ({ device }) => `${inventory}/${device}`,
    body: () => ({ test_Fragment: {} }),
    status: 200,
    unknown: noObject(),
    invalid: [{ name: [] }, general],
  },
  deleteManagedObject: {
    url: ({ device }) => `${inventory}/${device}`,
    status: 204,
    unknown: noObject(),
    invalid: ['cascade=maybe', general],
  },
  listChildDevices: devices.list,
  addChildDevice: devices.add,
  removeChildDevices: devices.removeMany,
  getChildDevice: devices.getOne,
  removeChildDevice: devices.removeOne,
  listChildAssets: assets.list,
  addChildAsset: assets.add,
  removeChildAssets: assets.removeMany,
  getChildAsset: assets.getOne,
  removeChildAsset: assets.removeOne,
  listChildAdditions: additions.list,
  addChildAddition: additions.add,
  removeChildAdditions: additions.removeMany,
  getChildAddition: additions.getOne,
  removeChildAddition: additions.removeOne,
  createMeasurements: {
    url: () => '/measurement/measurements',
    body: withSource({ type: 't', time, f: { s: { value: 1 } } }),
    status: 201,
    invalid: [{ type: 't', time, source: { id: '1234567' } }, 'measurement/Unprocessable Entity'],
  },
  listMeasurements: {
    url: () => '/measurement/measurements',
    status: 200,
    invalid: ['dateFrom=yesterday', general],
    nobody: 200,
  },
  getMeasurement: {
    url: ({ measurement }) => `/measurement/measurements/${measurement}`,
    status: 200,
    unknown: ['/measurement/measurements/1', 'measurement/Not Found'],
  },
  deleteMeasurement: {
    url: ({ measurement }) => `/measurement/measurements/${measurement}`,
    status: 204,
    unknown: ['/measurement/measurements/x', 'measurement/Not Found'],
  },
  createEvent: {
    url: () => '/event/events',
    body: withSource({ type: 't', time, text: 'x' }),
    status: 201,
    invalid: [{ source: { id: '0' }, type: 't', time, text: 'x' }, 'event/Unprocessable Entity'],
  },
  listEvents: {
    url: () => '/event/events',
    status: 200,
    invalid: ['lastUpdatedTo=x', general],
    nobody: 200,
  },
  getEvent: {
    url: ({ event }) => `/event/events/${event}`,
    status: 200,
    unknown: ['/event/events/1', 'event/Not Found'],
  },
  updateEvent: {
    url: ({ event }) => `/event/events/${event}`,
    body: () => ({ text: 'y' }),
    status: 200,
    unknown: ['/event/events/1', 'event/Not Found'],
    invalid: [{ text: 5 }, general],
  },
  deleteEvent: {
    url: ({ event }) => `/event/events/${event}`,
    status: 204,
    unknown: ['/event/events/1', 'event/Not Found'],
  },
  createAlarm: {
    url: () => '/alarm/alarms',
    body: withSource({ type: 't', time, text: 'x', severity: 'minor' }),
    status: 201,
    invalid: [
      { source: { id: 1 }, type: 't', time, text: 'x', severity: 'minor' },
      'alarm/Unprocessable Entity',
    ],
  },
  listAlarms: {
    url: () => '/alarm/alarms',
    status: 200,
    invalid: ['severity=FATAL', general],
    nobody: 200,
  },
  updateAlarms: {
    url: ({ device }) => `/alarm/alarms?source=${device}`,
    body: () => ({ status: 'ACKNOWLEDGED' }),
    status: 200,
    invalid: [{}, missing],
  },
  countAlarms: {
    url: () => '/alarm/alarms/count',
    status: 200,
    invalid: ['resolved=maybe', general],
    nobody: 200,
  },
  getAlarm: {
    url: ({ alarm }) => `/alarm/alarms/${alarm}`,
    status: 200,
    unknown: ['/alarm/alarms/1', 'alarm/Not Found'],
  },
  updateAlarm: {
    url: ({ alarm }) => `/alarm/alarms/${alarm}`,
    body: () => ({ severity: 'critical' }),
    status: 200,
    unknown: ['/alarm/alarms/1', 'alarm/Not Found'],
    invalid: [{ severity: 'FATAL' }, general],
  },
  createOperation: {
    url: () => '/devicecontrol/operations',
    body: ({ device }) => ({ deviceId: device, c8y_Restart: {} }),
    status: 201,
    invalid: [{ deviceId: '1234567' }, general],
  },
  listOperations: {
    url: () => '/devicecontrol/operations',
    status: 200,
    invalid: ['status=RUNNING', general],
    nobody: 200,
  },
  getOperation: {
    url: ({ operation }) => `/devicecontrol/operations/${operation}`,
    status: 200,
    unknown: ['/devicecontrol/operations/abc', 'devicecontrol/Not Found'],
  },
  getOperationTrace: {
    url: ({ operation }) => `/service/console/operations/${operation}/trace`,
    status: 200,
    unknown: ['/service/console/operations/abc/trace', 'devicecontrol/Not Found'],
  },
  listConsoleRegistrations: {
    url: () => '/service/console/registrations',
    status: 200,
    invalid: ['pageSize=0', general],
  },
  getConsoleRegistration: {
    url: () => '/service/console/registrations/meter-8',
    status: 200,
    unknown: ['/service/console/registrations/nix', 'devicecontrol/Not Found'],
  },
  readConsoleWire: {
    url: () => '/service/console/wire',
    status: 200,
    unknown: ['/service/console/wire?deviceId=1234567', 'inventory/Not Found'],
    invalid: ['since=yesterday', general],
  },
  streamConsoleWire: {
    url: () => '/service/console/wire/stream',
    status: 200,
    unknown: ['/service/console/wire/stream?deviceId=x', 'inventory/Not Found'],
    invalid: ['errorsOnly=perhaps', general],
    isEndless: true,
  },
  dryRunRows: {
    url: () => '/service/console/smartrest/dry-run',
    body: ({ device }) => ({ topic: 's/us', rows: '211,25', deviceId: device }),
    status: 200,
    invalid: [{ topic: 's/us' }, missing],
  },
  dryRunResponses: {
    url: () => '/service/console/smartrest/dry-run/responses',
    body: () => ({ collection: { draft: {} }, document: {} }),
    status: 200,
    invalid: [{ collection: {}, document: {} }, general],
  },
  defineSmartRest1Templates: {
    url: () => '/s',
    headers: { 'x-id': 'acme' },
    status: 200,
    nobody: 200,
  },
  searchConsole: {
    url: () => '/service/console/search?q=pump',
    status: 200,
    nobody: 200,
  },
  updateOperation: {
    url: ({ operation }) => `/devicecontrol/operations/${operation}`,
    body: () => ({ status: 'EXECUTING' }),
    status: 200,
    unknown: ['/devicecontrol/operations/1', 'devicecontrol/Not Found'],
    invalid: [{}, missing],
  },
  listNewDeviceRequests: {
    url: () => '/devicecontrol/newDeviceRequests',
    status: 200,
    invalid: ['pageSize=x', general],
  },
  createNewDeviceRequest: {
    url: () => '/devicecontrol/newDeviceRequests',
    body: () => ({ id: 'meter-9' }),
    status: 201,
    invalid: [{ id: 'a/b' }, missing],
  },
  acceptAllNewDeviceRequests: {
    url: () => '/devicecontrol/newDeviceRequests/acceptAll',
    status: 200,
  },
  getNewDeviceRequestLimit: {
    url: () => '/devicecontrol/newDeviceRequests/limit',
    status: 200,
  },
  getNewDeviceRequest: {
    url: () => '/devicecontrol/newDeviceRequests/meter-8',
    status: 200,
    unknown: ['/devicecontrol/newDeviceRequests/nix', 'devicecontrol/Not Found'],
  },
  acceptNewDeviceRequest: {
    url: () => '/devicecontrol/newDeviceRequests/meter-8',
    body: () => ({ status: 'ACCEPTED' }),
    status: 200,
    after: 'asked',
    unknown: ['/devicecontrol/newDeviceRequests/nix', 'devicecontrol/Not Found'],
    invalid: [{ status: 'BLOCKED' }, general],
  },
  deleteNewDeviceRequest: {
    url: () => '/devicecontrol/newDeviceRequests/meter-8',
    status: 204,
    unknown: ['/devicecontrol/newDeviceRequests/nix', 'devicecontrol/Not Found'],
  },
  requestDeviceCredentials: {
    url: () => '/devicecontrol/deviceCredentials',
    body: () => ({ id: 'meter-8' }),
    as: 'management/devicebootstrap',
    status: 201,
    after: 'accepted',
    invalid: [{}, missing],
  },
}

describe('every route', () => {
  let api: TestApi
  let things: Things
  before(async () => {
    api = await openTestApi()
    things = await createThings(api)
  })
  after(() => api[Symbol.asyncDispose]())

  for (const { name, method } of routes) {
    const { url, body, headers = {}, unknown, invalid, as = 'admin', nobody = 403 } = cases[name]
    const send = async (who: string | null, target = url(things), given = body?.(things)) =>
      api.call(`${method} ${target}`, {
        as: who,
        headers,
        ...(given === undefined ? {} : { body: given }),
      })

    test(`${name}: nobody gets 401`, async () => {
      const answer = await send(null)
      assert.equal(answer.status, 401)
      assert.equal(answer.body.error, 'security/Unauthorized')
      assert.equal(answer.headers['www-authenticate'], `Basic realm="${tenantA}"`)
    })

    test(`${name}: a wrong password gets 401`, async () => {
      const authorization = `Basic ${Buffer.from(`${tenantA}/device_pump:x`).toString('base64')}`
      const answer = await api.call(`${method} ${url(things)}`, {
        as: null,
        headers: { authorization },
      })
      assert.equal(answer.status, 401)
      assert.equal(answer.body.message, 'Invalid credentials! : Bad credentials')
    })

    test(`${name}: a user without permissions gets ${nobody}`, async () => {
      const answer = await send('nobody')
      assert.equal(answer.status, nobody, answer.text)
      if (nobody === 403) assert.equal(answer.body.error, 'security/Forbidden')
      const { statistics } = answer.body
      if (statistics !== undefined)
        assert.deepEqual(Object.values(answer.body).find(Array.isArray), [])
    })

    test(`${name}: the bootstrap user is kept out`, async () => {
      if (name === 'requestDeviceCredentials') return
      const answer = await send('management/devicebootstrap')
      assert.equal(answer.status, 403)
    })

    if (unknown !== undefined) {
      test(`${name}: what does not exist is 404 ${unknown[1]}`, async () => {
        const answer = await send(as, unknown[0])
        assert.equal(answer.status, 404, answer.text)
        assert.equal(answer.body.error, unknown[1])
      })
    }

    if (invalid !== undefined) {
      const [given, error] = invalid
      test(`${name}: ${JSON.stringify(given)} is 422 ${error}`, async () => {
        const answer =
          typeof given === 'string'
            ? await send(as, `${url(things)}?${given}`)
            : await send(as, url(things), given)
        assert.equal(answer.status, 422, answer.text)
        assert.equal(answer.body.error, error)
      })
    }

    if (body !== undefined) {
      test(`${name}: no body is 415`, async () => {
        const answer = await api.call(`${method} ${url(things)}`, { as })
        assert.equal(answer.status, 415)
        assert.equal(answer.body.message, 'Representation must not be null')
      })

      test(`${name}: __proto__ and lists are refused`, async () => {
        for (const payload of [
          '{"__proto__":{"x":1}}',
          '{"a":{"__proto__":1}}',
          '[]',
          '1',
          'null',
          '"x"',
        ]) {
          const answer = await api.call(`${method} ${url(things)}`, { as, payload })
          assert.equal(answer.status, 422, payload)
        }
        assert.equal(({} as { x?: number }).x, undefined)
      })
    }
  }

  test('nothing went wrong inside', () => assert.deepEqual(api.failures, []))
})

for (const { name, method, answer: row } of routes) {
  const { url, body, headers = {}, status, as = 'admin', after: earlier, isEndless } = cases[name]
  if (isEndless) continue
  test(`${name}: ${as} gets ${status}`, async () => {
    await using api = await openTestApi()
    const things = await createThings(api)
    if (earlier !== undefined) await askForCredentials(api)
    if (earlier === 'accepted') await accept(api)
    const given = body?.(things)
    const answer = await api.call(`${method} ${url(things)}`, {
      as,
      headers,
      ...(given === undefined ? {} : { body: given }),
    })
    assert.equal(answer.status, status, answer.text)
    assert.equal(row.status, status)
    if (status === 204) assert.equal(answer.text, '')
    if (status === 201) assert.ok(answer.headers.location)
    assert.deepEqual(api.failures, [])
  })
}

function askForCredentials(api: TestApi) {
  const body = { id: 'meter-8' }
  return api.call('POST /devicecontrol/deviceCredentials', {
    as: 'management/devicebootstrap',
    body,
  })
}

function accept(api: TestApi) {
  const body = { status: 'ACCEPTED' }
  return api.call('PUT /devicecontrol/newDeviceRequests/meter-8', { body })
}
