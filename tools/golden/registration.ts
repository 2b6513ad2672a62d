import type {
  Credentials,
  DeviceIdentifier,
  Instant,
  JsonObject,
  KeepsSecrets,
  Problem,
  Result,
  TenantId,
  User,
} from '@pileus/domain'
import {
  acceptRegistration,
  actorOf,
  adminsGroupId,
  completeRegistration,
  deleteRegistration,
  deleteUser,
  devicesGroupId,
  findRegistration,
  managementTenant,
  pollRegistration,
  problems,
  registerDevice,
} from '@pileus/domain'
import { restProblems } from '@pileus/rest-contract'
import { openMemoryStore } from '@pileus/server/src/store/memory/open-memory-store.ts'
import type { ObservableStore } from '@pileus/server/src/store/open-store.ts'
import { formatRow } from '@pileus/smartrest'
import type { RunsCase } from './golden-case.ts'
import { listAt, objectsAt, optionalTextAt, textAt } from './golden-case.ts'

/** Hashes that anybody can read: the cases are about who gets what, not about secrecy. */
function readableSecrets(): KeepsSecrets & { readonly drawn: readonly string[] } {
  const drawn: string[] = []
  return {
    drawn,
    drawSecret() {
      const secret = `secret-${drawn.length + 1}`
      drawn.push(secret)
      return secret
    },
    hashDeviceSecret: (tenantId, userName, secret) => `${tenantId}/${userName}/${secret}`,
    hashToken: (deviceIdentifier, token) => `${deviceIdentifier}/${token}`,
    verifyToken: (deviceIdentifier, token, hash) => `${deviceIdentifier}/${token}` === hash,
    hashPassword: (password) => Promise.resolve(`password/${password}`),
  }
}

interface Stage {
  readonly store: ObservableStore
  readonly secrets: ReturnType<typeof readableSecrets>
  now: Instant
}

/** A course of registrations, polls, acceptances and logins. */
export const runRegistration: RunsCase = async ({ input }) => {
  const stage: Stage = {
    store: openMemoryStore(),
    secrets: readableSecrets(),
    now: 1_000_000_000_000,
  }
  const policy = textAt(input, 'policy')
  for (const [tenant, userName] of listAt(input, 'existingUsers') as [string, string][]) {
    await stage.store.run(tenant as TenantId, stage.now, (unit) =>
      unit.repository.saveUser(plainUser(tenant as TenantId, userName, devicesGroupId)),
    )
  }
  const results: JsonObject[] = []
  for (const step of objectsAt(input, 'steps')) {
    const tenantId = optionalTextAt(step, 'tenant') as TenantId | undefined
    if (tenantId !== undefined) {
      const option = {
        category: 'device-registration',
        key: 'security-token.policy',
        value: policy,
      }
      await stage.store.run(tenantId, stage.now, (unit) => unit.repository.saveTenantOption(option))
    }
    results.push(await takeStep(stage, step))
  }
  await stage.store[Symbol.asyncDispose]()
  return { results }
}

function plainUser(tenantId: TenantId, userName: string, groupId: number): User {
  return {
    tenantId,
    userName,
    secretHash: '',
    groupIds: [groupId],
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: 0,
    creationTime: 0,
    profile: {},
  }
}

function takeStep(stage: Stage, step: JsonObject): Promise<JsonObject> | JsonObject {
  const action = textAt(step, 'do')
  switch (action) {
    case 'register':
      return register(stage, step)
    case 'poll':
      return poll(stage, step)
    case 'accept':
      return accept(stage, step)
    case 'get':
      return find(stage, step)
    case 'delete':
      return remove(stage, step)
    case 'deleteUser':
      return removeUser(stage, step)
    case 'connect':
      return connect(stage, step)
    case 'wait':
      stage.now += Number(step.seconds) * 1000
      return {}
    default:
      throw new TypeError(`Unknown step ${action}`)
  }
}

function tenantOf(step: JsonObject): TenantId {
  return textAt(step, 'tenant') as TenantId
}

function operatorOf(tenantId: TenantId) {
  return actorOf(plainUser(tenantId, 'mira', adminsGroupId))
}

async function stateOf(stage: Stage, id: string): Promise<string | undefined> {
  const reader = stage.store.instanceReader
  return (await reader.findRegistrationRequest(id as DeviceIdentifier))?.status
}

function statusOf(result: Result<unknown>, success: number): number {
  if (result.ok) return success
  return problems[result.problem.code].kind === 'unknown' ? 404 : 422
}

async function register(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const tenantId = tenantOf(step)
  const given = { deviceIdentifier: textAt(step, 'id'), customProperties: {} }
  const result = await stage.store.run(tenantId, stage.now, (unit) =>
    registerDevice(unit, operatorOf(tenantId), given),
  )
  return result.ok
    ? { status: 201, state: result.value.status }
    : { status: statusOf(result, 201), error: errorOf(result.problem) }
}

function errorOf(problem: Problem): string {
  const isTaken = problem.code === 'registrationNotUnique'
  return restProblems[isTaken ? 'registrationNotUnique' : 'deviceIdInvalid'].error
}

async function poll(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const id = textAt(step, 'id')
  const token = optionalTextAt(step, 'token')
  // Polls of one device are at least 5 s apart.
  stage.now += 5000
  const asked = {
    deviceIdentifier: id as DeviceIdentifier,
    ...(token === undefined || token === '' ? {} : { token }),
    address: '10.0.0.7',
    canReceive: true,
    answerIntervalMs: 5000,
  }
  const answer = await stage.store.run(managementTenant, stage.now, (unit) =>
    pollRegistration(unit, stage.secrets, asked),
  )
  const state = (await stateOf(stage, id)) ?? null
  return answer.ok
    ? { reply: replyOf(stage, answer.value), state }
    : { reply: null, state, errors: [{ code: 45, messageId: '' }] }
}

function replyOf({ secrets }: Stage, credentials: Credentials | undefined): string | null {
  if (credentials === undefined) return null
  const { tenantId, userName, password } = credentials
  const nth = secrets.drawn.indexOf(password) + 1
  return formatRow(['70', tenantId, userName, `<password ${nth}>`])
}

async function accept(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const tenantId = tenantOf(step)
  const id = textAt(step, 'id')
  const token = optionalTextAt(step, 'token')
  const acceptance = { force: false, ...(token === undefined ? {} : { token }) }
  const result = await stage.store.run(tenantId, stage.now, (unit) =>
    acceptRegistration(unit, stage.secrets, operatorOf(tenantId), id, acceptance),
  )
  return withState(stage, id, statusOf(result, 200))
}

async function withState(stage: Stage, id: string, status: number): Promise<JsonObject> {
  const state = status === 404 ? undefined : await stateOf(stage, id)
  return { status, ...(state === undefined ? {} : { state }) }
}

async function find(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const id = textAt(step, 'id')
  const result = await stage.store.run(tenantOf(step), stage.now, (unit) =>
    findRegistration(unit, id),
  )
  return withState(stage, id, statusOf(result, 200))
}

async function remove(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const result = await stage.store.run(tenantOf(step), stage.now, (unit) =>
    deleteRegistration(unit, textAt(step, 'id')),
  )
  return { status: statusOf(result, 204) }
}

async function removeUser(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const result = await stage.store.run(tenantOf(step), stage.now, (unit) =>
    deleteUser(unit, textAt(step, 'username')),
  )
  return { status: statusOf(result, 204) }
}

async function connect(stage: Stage, step: JsonObject): Promise<JsonObject> {
  const tenantId = tenantOf(step)
  const userName = textAt(step, 'username')
  const password = stage.secrets.drawn[Number(step.password) - 1] ?? ''
  const user = await stage.store.reader(tenantId).findUser(userName)
  if (user?.secretHash !== stage.secrets.hashDeviceSecret(tenantId, userName, password)) {
    return { connack: 4 }
  }
  const id = userName.replace(/^device_/, '') as DeviceIdentifier
  await stage.store.run(tenantId, stage.now, (unit) => completeRegistration(unit, id))
  return { connack: 0 }
}
