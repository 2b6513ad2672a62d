// Who gets the credentials of an id, and who is kept away from them (registration §5, security §3.4
// and §4.2). Addresses of the loopback network stand for different sources.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, test } from 'node:test'
import { connectDevice, type Device, refusalOf } from './mqtt-device.ts'
import { bootstrapLogin, bootstrapRest, mqttUrl, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { startPlatform } from './start-platform.ts'
import { until } from './until.ts'

const requests = '/devicecontrol/newDeviceRequests'
const credentials = '/devicecontrol/deviceCredentials'
const homeAddress = '127.0.0.1'
const guesserAddress = '127.0.0.2'
const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const { rest } = platform
const url = mqttUrl(platform)

test('of two addresses that ask for one id, only the accepted one gets the credentials', async () => {
  await rest.create(requests, { id: 'contested-1' })
  assert.equal(await pollFrom(guesserAddress, 'contested-1'), undefined)
  assert.equal(await pollFrom(homeAddress, 'contested-1'), undefined)

  const unforced = await rest.request('PUT', `${requests}/contested-1`, { status: 'ACCEPTED' })
  assert.equal(unforced.status, 422)
  assert.match(unforced.body.message, /127\.0\.0\.2.*127\.0\.0\.1/, 'the operator sees both')
  await rest.update(`${requests}/contested-1`, { status: 'ACCEPTED', force: true })

  assert.equal(await pollFrom(guesserAddress, 'contested-1'), undefined)
  const answer = await pollFrom(homeAddress, 'contested-1')
  assert.match(answer ?? '', /^70,t100,device_contested-1,/)
  assert.equal(await pollFrom(guesserAddress, 'contested-1'), undefined, 'nor afterwards')
})

test('a matching token decides a contest', async () => {
  await rest.create(requests, { id: 'contested-2' })
  await pollFrom(guesserAddress, 'contested-2')
  await pollFrom(homeAddress, 'contested-2', 'blue-kettle-9')
  await accept('contested-2', 'blue-kettle-9')
  assert.equal(await pollFrom(guesserAddress, 'contested-2'), undefined)
  assert.equal(await pollFrom(guesserAddress, 'contested-2', 'some-other-token'), undefined)
  assert.match((await pollFrom(homeAddress, 'contested-2', 'blue-kettle-9')) ?? '', /^70,/)
})

test('a token that was sent must be repeated; five wrong ones block the request', async () => {
  await rest.create(requests, { id: 'token-1' })
  await using device = await connectStranger('token-1')
  await device.publish('s/ucr', 'first-token')
  await device.publish('s/ucr', 'newer-token')
  const attempts = [undefined, 'first-token', 'wrong-token-3', 'wrong-token-4', 'wrong-token-5']
  for (const securityToken of attempts) {
    const refused = await rest.request('PUT', `${requests}/token-1`, {
      status: 'ACCEPTED',
      ...(securityToken === undefined ? {} : { securityToken }),
    })
    assert.equal(refused.status, 422)
    assert.ok(!JSON.stringify(refused.body).includes('-token'), 'no token is repeated')
  }
  assert.equal((await rest.get(`${requests}/token-1`)).status, 'BLOCKED')
  const late = { status: 'ACCEPTED', securityToken: 'newer-token' }
  assert.equal((await rest.request('PUT', `${requests}/token-1`, late)).status, 422)
  await device.publish('s/ucr', 'newer-token')
  assert.deepEqual(device.waiting('s/dcr'), [])

  await rest.delete(`${requests}/token-1`)
  await rest.create(requests, { id: 'token-1' })
  await device.publish('s/ucr', 'newer-token')
  await accept('token-1', 'newer-token')
  await device.publish('s/ucr', '')
  assert.deepEqual(device.waiting('s/dcr'), [], 'fetching needs the token as well')
  await device.publish('s/ucr', 'newer-token')
  assert.match(await device.next('s/dcr'), /^70,/)
})

test('a token of the wrong length is an error and no poll', async () => {
  await rest.create(requests, { id: 'token-2' })
  await using device = await connectStranger('token-2')
  await device.subscribe('s/e')
  for (const token of ['seven77', 'x'.repeat(129)]) {
    await device.publish('s/ucr', token)
    assert.match(await device.next('s/e'), /^45,/)
  }
  assert.equal((await rest.get(`${requests}/token-2`)).status, 'WAITING_FOR_CONNECTION')
})

test('"accept all" takes those that are pending without a token', async () => {
  for (const id of ['all-1', 'all-2', 'all-3']) await rest.create(requests, { id })
  for (const body of [{ id: 'all-1' }, { id: 'all-2', securityToken: 'kettle-77' }]) {
    assert.equal((await bootstrapRest(platform).request('POST', credentials, body)).status, 404)
  }
  const { status, body } = await rest.request('POST', `${requests}/acceptAll`)
  assert.equal(status, 200)
  const accepted = [...(body as readonly Document[])].filter(({ id }) => id.startsWith('all-'))
  assert.deepEqual(accepted, [{ id: 'all-1', successful: true }])
  assert.equal((await rest.get(`${requests}/all-2`)).status, 'PENDING_ACCEPTANCE')
  assert.equal((await rest.get(`${requests}/all-3`)).status, 'WAITING_FOR_CONNECTION')
})

test('unknown ids are met with silence, and nothing of them stays', async () => {
  const before = (await rest.get(`${requests}?pageSize=2000`)).newDeviceRequests.length
  await using device = await connectStranger('nobody-1')
  await device.subscribe('s/e')
  for (const payload of ['', 'a-long-enough-token']) await device.publish('s/ucr', payload)
  assert.deepEqual([...device.waiting('s/dcr'), ...device.waiting('s/e')], [])
  const asked = await bootstrapRest(platform).request('POST', credentials, { id: 'nobody-1' })
  assert.equal(asked.status, 404)
  const after = (await rest.get(`${requests}?pageSize=2000`)).newDeviceRequests.length
  assert.equal(after, before)
})

test('a request that is deleted after acceptance hands nothing out', async () => {
  await rest.create(requests, { id: 'deleted-1' })
  await using device = await connectStranger('deleted-1')
  await device.publish('s/ucr', '')
  await accept('deleted-1')
  await rest.delete(`${requests}/deleted-1`)
  await device.publish('s/ucr', '')
  assert.deepEqual(device.waiting('s/dcr'), [])
  const user = await rest.request('DELETE', '/user/t100/users/device_deleted-1')
  assert.equal(user.status, 404, 'no user was created')
})

test('fifty requests at once after acceptance give one password, and it works', async () => {
  // With the limits of everyday: at most one answer in five seconds.
  await using limited = await startPlatform({ env: { PILEUS_LIMITS: undefined } })
  const device = bootstrapRest(limited)
  await limited.rest.create(requests, { id: 'parallel-1' })
  const ask = () => device.request('POST', credentials, { id: 'parallel-1' })
  assert.equal((await ask()).status, 404)
  await limited.rest.update(`${requests}/parallel-1`, { status: 'ACCEPTED' })
  const answers = await Promise.all(Array.from({ length: 50 }, ask))
  const given = answers.filter(({ status }) => status === 201)
  assert.equal(given.length, 1, answers.map(({ status }) => status).join(' '))
  const { username, password } = given[0]?.body ?? {}
  const login = { clientId: 'parallel-1', username: `t100/${username}`, password }
  await using _device = await connectDevice(mqttUrl(limited), login)
})

test('a device that asks every moment is heard every five seconds', async () => {
  await using limited = await startPlatform({ env: { PILEUS_LIMITS: undefined } })
  await limited.rest.create(requests, { id: 'impatient-1' })
  const login = bootstrapLogin(limited, 'impatient-1')
  await using device = await connectDevice(mqttUrl(limited), login)
  await device.subscribe('s/dcr')
  const heardAt = performance.now()
  await device.publish('s/ucr', '')
  await limited.rest.update(`${requests}/impatient-1`, { status: 'ACCEPTED' })
  const answers = await until(
    'the credentials',
    async () => {
      await device.publish('s/ucr', '')
      return device.waiting('s/dcr')
    },
    ({ length }) => length > 0,
  )
  // The clock of the platform started while the first publish was on its way.
  assert.ok(performance.now() - heardAt > 4900)
  assert.match(answers[0] ?? '', /^70,t100,device_impatient-1,/)
})

test('wrong passwords for a device never keep the device away', async () => {
  const login = await registerDevice(platform, 'honest-1')
  const guess = { ...login, password: 'wrong' }
  const codes: number[] = []
  for (let attempt = 0; attempt < 60; attempt++) {
    codes.push(await refusalOf(url, guess, { from: '127.0.0.3' }))
    if (codes.at(-1) === 3) break
  }
  assert.equal(codes[0], 4)
  assert.equal(codes.at(-1), 3, 'the guesser is slowed down in the end')
  // The usual address, and two that nobody has seen before.
  for (const from of ['127.0.0.1', '127.0.0.4', '127.0.0.5']) {
    for (let count = 0; count < 5; count++) {
      await using device = await connectDevice(url, login, { from })
      await device.publish('s/us', '125')
    }
  }
})

test('wrong passwords for a person never keep that person from the usual address', async () => {
  const { tenant, admin } = platform
  assert.equal((await rest.request('GET', '/user/currentUser')).status, 200)
  const statuses: number[] = []
  for (let attempt = 0; attempt < 20; attempt++) {
    statuses.push(await statusFrom('127.0.0.6', `${tenant}/${admin.user}`, 'wrong password'))
    if (statuses.at(-1) === 429) break
  }
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 429, statuses.join(' '))
  for (let count = 0; count < 5; count++) {
    assert.equal((await rest.request('GET', '/user/currentUser')).status, 200)
  }
})

async function connectStranger(id: string, from = homeAddress): Promise<Device> {
  const device = await connectDevice(url, bootstrapLogin(platform, id), { from })
  await device.subscribe('s/dcr')
  return device
}

/** What comes on `s/dcr`. A connection for each poll, since those of one id displace each other. */
async function pollFrom(from: string, id: string, token = ''): Promise<string | undefined> {
  await using device = await connectStranger(id, from)
  await device.publish('s/ucr', token)
  // Whatever the poll brings is out before the answer to what is asked after it.
  await device.subscribe('s/e')
  return device.waiting('s/dcr')[0]
}

async function accept(id: string, securityToken?: string): Promise<void> {
  const token = securityToken === undefined ? {} : { securityToken }
  await rest.update(`${requests}/${id}`, { status: 'ACCEPTED', ...token })
}

/** `fetch` cannot choose its address. */
async function statusFrom(localAddress: string, user: string, password: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  request(`${platform.httpUrl}/user/currentUser`, { localAddress, auth: `${user}:${password}` })
    .on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    .on('error', reject)
    .end()
  return await promise
}
