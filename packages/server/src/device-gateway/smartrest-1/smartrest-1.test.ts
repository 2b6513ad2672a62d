import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ManagedObjectId } from '@pileus/domain'
import { actorOf, createOperation, deleteManagedObject, parseManagedObjectId } from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import { aUser, putObject } from '../../domain-rules/rules.fixture.ts'
import { PlatformError } from '../../platform-error.ts'
import { openScene, type Scene, settled } from '../gateway.fixture.ts'
import type { CallsRoutes, RouteReply } from './calls-routes.ts'
import { smartRest1XIdType } from './smartrest-1-collections.ts'
import { Turnstile } from './turnstile.ts'

const definition = [
  '10,339,GET,/identity/externalIds/c8y_Serial/%%,,application/json,%%,STRING,',
  '10,340,PUT,/inventory/managedObjects/%%,application/json,application/json,%%,UNSIGNED STRING,"{""name"":""%%""}"',
  '11,800,$.managedObject,,$.id',
  '11,807,,$.c8y_Command,$.id,$.c8y_Command.text,$.deviceId',
].join('\n')

const actor = actorOf(aUser('device_gw1'))

/** Routes that answer what the test says, and keep what they were asked. */
class ScriptedRoutes implements CallsRoutes {
  readonly asked: string[] = []
  readonly replies: (RouteReply | Promise<RouteReply> | Error)[] = []

  callRoute: CallsRoutes['callRoute'] = (caller, { method, url, body, mode }) => {
    this.asked.push([caller.userName, mode, method, url, body ?? ''].join(' ').trim())
    const reply = this.replies.shift() ?? found('201')
    if (reply instanceof Error) throw reply
    return reply
  }
}

function found(id: string): RouteReply {
  return { status: 200, body: { managedObject: { id } }, message: undefined }
}

function openGateway(): { readonly scene: Scene; readonly routes: ScriptedRoutes } {
  const routes = new ScriptedRoutes()
  return { routes, scene: openScene({ parts: { routes } }) }
}

async function define(scene: Scene, text: string): Promise<string> {
  const answer = await scene.gateway.answerSmartRest1(actor, 'acme', text)
  // What was committed is announced a moment later.
  await settled()
  return answer
}

function idOf(answer: string): ManagedObjectId {
  const id = parseManagedObjectId(/^20,(.+)$/.exec(answer)?.[1] ?? '')
  assert.ok(id !== undefined, answer)
  return id
}

describe('definitions', () => {
  test('a collection is asked for, defined, found again', async () => {
    await using scene = openScene()
    assert.equal(await define(scene, ''), '40,No template for this X-ID.')
    const id = idOf(await define(scene, definition))
    assert.equal(await define(scene, ' \n'), `20,${id}`)
    assert.equal(await define(scene, definition), `20,${id}`)
    assert.equal(
      await scene.store
        .reader(firstTenant)
        .findByExternalId({ type: smartRest1XIdType, value: 'acme' }),
      id,
    )
    const object = await scene.store.reader(firstTenant).findManagedObject(id)
    assert.deepEqual([object?.type, object?.name, object?.owner], ['acme', 'acme', 'device_gw1'])
  })

  test('what exists stays as it is', async () => {
    await using scene = openScene()
    const id = idOf(await define(scene, definition))
    assert.equal(
      await define(scene, '11,1,,,$.id'),
      '41,,"Collection acme exists already, with other templates"',
    )
    assert.equal(await define(scene, ''), `20,${id}`)
  })

  test('a fault is told with its row, and nothing is stored', async () => {
    await using scene = openScene()
    assert.match(await define(scene, `${definition}\n12,a`), /^43,5,"A definition begins with 10 /)
    assert.equal(await define(scene, ''), '40,No template for this X-ID.')
  })

  test('a tenant may keep definitions to its administrators', async () => {
    await using scene = openScene()
    await scene.run((unit) =>
      unit.repository.saveTenantOption({
        category: 'smartrest',
        key: 'device-templates',
        value: 'false',
      }),
    )
    assert.equal(await define(scene, definition), '41,,Not permitted')
  })
})

describe('rows', () => {
  test('become requests of the device user, and answers become rows', async () => {
    const { scene, routes } = openGateway()
    await using _ = scene
    const device = await scene.connect('gw1')
    device.subscribe('s/dl/acme', 's/e')
    idOf(await define(scene, definition))
    await device.publish('339,gw1\n\n340,201,"Site ""A"""', { topic: 't/ul/acme' })
    assert.deepEqual(routes.asked, [
      'device_gw1 TRANSIENT GET /identity/externalIds/c8y_Serial/gw1',
      'device_gw1 TRANSIENT PUT /inventory/managedObjects/201 {"name":"Site \\"A\\""}',
    ])
    assert.deepEqual(await device.received(), ['s/dl/acme 800,1,201', 's/dl/acme 800,2,201'])
    assert.deepEqual(scene.work.rowCodes, [0, 0])
  })

  test('what is refused is told on both topics, with its line', async () => {
    const { scene, routes } = openGateway()
    await using _ = scene
    const device = await scene.connect('gw1')
    device.subscribe('s/dl/#', 's/e')
    await device.publish('339,gw1', { topic: 's/ul/acme' })
    assert.deepEqual(await device.received(), [
      's/e 40,339,Template collection acme does not exist',
      's/dl/acme 40,1,Template collection acme does not exist',
    ])
    idOf(await define(scene, definition))
    routes.replies.push({ status: 404, body: undefined, message: 'Not there.' })
    routes.replies.push({ status: 503, body: undefined, message: 'Later.' })
    routes.replies.push({
      status: 200,
      body: { managedObject: { id: 'x'.repeat(20_000) } },
      message: undefined,
    })
    routes.replies.push(new TypeError('a mistake of ours'))
    await device.publish('999\n340,x\n339,a\n339,b\n339,c\n339,d\n339,e\n"339', {
      topic: 's/ul/acme',
    })
    assert.deepEqual(await device.received(), [
      's/e 40,999,No template with message id 999 in collection acme',
      's/dl/acme 40,1,No template with message id 999 in collection acme',
      's/e 45,340,"Column 1 (UNSIGNED) must be an integer without sign, not \\"x\\""',
      's/dl/acme 45,2,"Column 1 (UNSIGNED) must be an integer without sign, not ""x"""',
      's/e 41,339,The request was answered 404: Not there.',
      's/dl/acme 50,3,404',
      's/e 50,339,The request was answered 503: Later.',
      's/dl/acme 50,4,503',
      's/e 41,339,The reply does not fit into one message',
      's/dl/acme 41,5,The reply does not fit into one message',
      's/e 50,339,"Internal error, the row had no effect"',
      's/dl/acme 50,6,"Internal error, the row had no effect"',
      's/dl/acme 800,7,201',
      's/e 42,,The quoted message id is not closed',
      's/dl/acme 42,8,The quoted message id is not closed',
    ])
    assert.equal(scene.work.failures.length, 1)
  })

  test('an answer that no template takes says nothing', async () => {
    const { scene, routes } = openGateway()
    await using _ = scene
    const device = await scene.connect('gw1')
    device.subscribe('s/dl/acme', 's/e')
    idOf(await define(scene, definition))
    for (const body of [undefined, 7, { other: 1 }]) {
      routes.replies.push({ status: 200, body, message: undefined })
      await device.publish('339,gw1', { topic: 's/ul/acme' })
    }
    assert.deepEqual(await device.received(), [])
  })

  test('messages behind wait, and keep their order', async () => {
    const { scene, routes } = openGateway()
    await using _ = scene
    const device = await scene.connect('gw1')
    device.subscribe('s/dl/acme', 's/ds', 's/e')
    idOf(await define(scene, definition))
    const held = Promise.withResolvers<RouteReply>()
    routes.replies.push(held.promise, found('2'))
    const published = [
      device.publish('600', { topic: 's/us' }),
      device.publish('339,a', { topic: 's/ul/acme' }),
      device.publish('998', { topic: 's/us' }),
      device.publish('339,b', { topic: 's/ul/acme' }),
      device.publish('999', { topic: 's/us' }),
    ]
    assert.deepEqual(await device.received(), ['s/ds 601,1.2.3'])
    held.resolve(found('1'))
    await Promise.all(published)
    assert.deepEqual(
      (await device.received()).map((line) => line.split(',').slice(0, 3).join(',')),
      [
        's/dl/acme 800,1,1',
        's/e 40,998,No static template for this message id',
        's/dl/acme 800,1,2',
        's/e 40,999,No static template for this message id',
      ],
    )
  })

  test('a message that is sent again is done once', async () => {
    const { scene, routes } = openGateway()
    await using _ = scene
    const device = await scene.connect('gw1')
    idOf(await define(scene, definition))
    const again = { topic: 's/ul/acme', packetId: 7, isDuplicate: true }
    await device.publish('339,gw1', { topic: 's/ul/acme', packetId: 7 })
    await device.publish('339,gw1', again)
    assert.equal(routes.asked.length, 1)
    assert.equal(scene.work.duplicates, 1)
  })

  test('what the storage failed at is not acknowledged, and comes again', async () => {
    const { scene, routes } = openGateway()
    await using _ = scene
    const device = await scene.connect('gw1')
    idOf(await define(scene, definition))
    routes.replies.push(new PlatformError('storageFailed', { reason: 'test' }))
    await assert.rejects(device.publish('339,gw1', { topic: 's/ul/acme', packetId: 7 }), {
      code: 'storageFailed',
    })
    await device.publish('339,gw1', { topic: 's/ul/acme', packetId: 7, isDuplicate: true })
    assert.equal(routes.asked.length, 2)
  })
})

describe('operations', () => {
  test('are rows of the collection, which may come later and go; 500 sends them again', async () => {
    await using scene = openScene()
    const device = await scene.connect('gw1')
    const deviceId = await scene.run((unit) =>
      putObject(unit, 'gw1', {
        owner: 'device_gw1',
        fragments: { com_cumulocity_model_Agent: {} },
      }),
    )
    const order = (text: string) =>
      scene.run((unit) => createOperation(unit, deviceId, { c8y_Command: { text } }))
    device.subscribe('s/ol/acme')
    const early = await order('echo "hi"')
    assert.ok(early.ok)
    assert.deepEqual(await device.received(), [])
    const collectionId = idOf(await define(scene, definition))
    const late = await order('ls')
    assert.ok(late.ok)
    assert.deepEqual(await device.received(), [`s/ol/acme 807,1,${late.value.id},ls,${deviceId}`])
    scene.clock.advance(10_000)
    await device.publish('500')
    assert.deepEqual(await device.received(), [
      `s/ol/acme 807,1,${early.value.id},"echo ""hi""",${deviceId}`,
      `s/ol/acme 807,1,${late.value.id},ls,${deviceId}`,
    ])
    await scene.run((unit) =>
      deleteManagedObject(unit, collectionId, {
        cascade: false,
        forceCascade: false,
        withDeviceUser: false,
      }),
    )
    await device.publish('500')
    assert.deepEqual(await device.received(), [])
  })
})

test('whoever fails at the turnstile holds up nobody', async () => {
  const turnstile = new Turnstile()
  const log: string[] = []
  const failing = turnstile.hold(() => Promise.reject(new Error('no')))
  const behind = turnstile.pass(async () => log.push('behind'))
  assert.equal(turnstile.isClosed, true)
  await assert.rejects(failing, /no/)
  await behind
  await new Promise(setImmediate)
  assert.deepEqual([log, turnstile.isClosed], [['behind'], false])
})
