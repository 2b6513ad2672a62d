import type { DeviceIdentifier, Instant, ManagedObjectId, TenantId } from './ids.ts'
import { parseDeviceIdentifier } from './ids.ts'
import { updateManagedObject } from './inventory.ts'
import type { JsonObject } from './json.ts'
import type { Claimant, RegistrationRequest, RegistrationStatus, User } from './model.ts'
import { serialType } from './model.ts'
import type { Actor } from './permissions.ts'
import { devicesGroupId, deviceUserName, isDeviceUserName } from './permissions.ts'
import type {
  FindsRegistrationRequests,
  FindsTenantOptions,
  KeepsSecrets,
  Page,
  ReadsCommitted,
  RunsUnits,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** How long a request lives in a status; the others stay until somebody acts (security §4.2). */
const lifetimeMs: Readonly<Partial<Record<RegistrationStatus, number>>> = {
  WAITING_FOR_CONNECTION: 7 * 24 * hourMs,
  PENDING_ACCEPTANCE: 24 * hourMs,
}
const lifetimeAfterHandOutMs = 10 * minuteMs

/** A claimant that was silent for so long gives way to another address (security S-4.4). */
const claimantSilenceMs = minuteMs
const wrongTokensMax = 5
/** Polls that a request remembers: operators look for a pattern, not for a history. */
export const pollsKeptMax = 50
const tokenCharactersMin = 8
const tokenCharactersMax = 128

/** What an operator gives to register a device. */
export interface NewRegistration {
  readonly deviceIdentifier: string
  readonly groupId?: ManagedObjectId
  readonly type?: string
  readonly name?: string
  readonly customProperties: JsonObject
}

/**
 * When the request has outlived its status; `undefined` where it stays until somebody acts. A lost
 * answer can be asked for again within ten minutes of the first one, so a device that never logs
 * in does not keep the door open.
 */
export function expiryOf(request: RegistrationRequest): Instant | undefined {
  const { status, statusSince, handedOutFirst } = request
  if (handedOutFirst !== undefined) return handedOutFirst + lifetimeAfterHandOutMs
  const lifetime = lifetimeMs[status]
  return lifetime === undefined ? undefined : statusSince + lifetime
}

export function isExpired(request: RegistrationRequest, now: Instant): boolean {
  const expiry = expiryOf(request)
  return expiry !== undefined && now > expiry
}

/** Wrong tokens until the request is blocked (registration §5.1). */
export function tokenAttemptsLeft({ wrongTokens }: RegistrationRequest): number {
  return Math.max(0, wrongTokensMax - wrongTokens)
}

/** The open request of an id; one that is over is removed on the way. */
async function findOpenRequest(
  unit: Unit,
  deviceIdentifier: DeviceIdentifier,
): Promise<RegistrationRequest | undefined> {
  const request = await unit.instance.findRegistrationRequest(deviceIdentifier)
  if (request === undefined) return undefined
  if (!isExpired(request, unit.now) && !(await isUserGone(unit, request))) return request
  await removeRequest(unit, request)
  return undefined
}

/** Whoever deletes the user after the hand-out ends the registration: no poll brings it back. */
async function isUserGone(unit: Unit, request: RegistrationRequest): Promise<boolean> {
  if (request.handedOutFirst === undefined) return false
  const userName = deviceUserName(request.deviceIdentifier)
  return (await unit.tenant(request.tenantId).findUser(userName)) === undefined
}

async function removeRequest(unit: Unit, request: RegistrationRequest): Promise<void> {
  await unit.instance.deleteRegistrationRequest(request.deviceIdentifier)
  const { tenantId } = request
  unit.announce({ kind: 'registrationChanged', request, change: 'deleted' }, tenantId)
}

async function saveRequest(unit: Unit, request: RegistrationRequest): Promise<RegistrationRequest> {
  await unit.instance.saveRegistrationRequest(request)
  const { tenantId } = request
  unit.announce({ kind: 'registrationChanged', request, change: 'updated' }, tenantId)
  return request
}

/** An operator expects a device. */
export async function registerDevice(
  unit: Unit,
  actor: Actor,
  { deviceIdentifier: idText, ...given }: NewRegistration,
): Promise<Result<RegistrationRequest>> {
  const deviceIdentifier = parseDeviceIdentifier(idText, 247)
  if (deviceIdentifier === undefined) return refused('deviceIdentifierInvalid')
  const isTaken =
    (await findOpenRequest(unit, deviceIdentifier)) !== undefined ||
    (await unit.repository.findUser(deviceUserName(deviceIdentifier))) !== undefined
  if (isTaken) return refused('registrationNotUnique', { id: deviceIdentifier })
  const request: RegistrationRequest = {
    ...given,
    deviceIdentifier,
    tenantId: unit.tenantId,
    status: 'WAITING_FOR_CONNECTION',
    owner: actor.userName,
    creationTime: unit.now,
    statusSince: unit.now,
    wrongTokens: 0,
    claimants: [],
    polls: [],
    isContested: false,
  }
  await unit.instance.saveRegistrationRequest(request)
  unit.announce({ kind: 'registrationChanged', request, change: 'created' })
  return done(request)
}

/** The request of an id in the unit's tenant; another tenant's behaves like none. */
export async function findRegistration(
  unit: Unit,
  idText: string,
): Promise<Result<RegistrationRequest>> {
  const deviceIdentifier = parseDeviceIdentifier(idText, 247)
  const request =
    deviceIdentifier === undefined ? undefined : await findOpenRequest(unit, deviceIdentifier)
  return request?.tenantId === unit.tenantId
    ? done(request)
    : refused('registrationUnknown', { id: idText })
}

export async function deleteRegistration(unit: Unit, idText: string): Promise<Result<undefined>> {
  const found = await findRegistration(unit, idText)
  if (!found.ok) return found
  await removeRequest(unit, found.value)
  return done(undefined)
}

export type TokenPolicy = 'IGNORED' | 'OPTIONAL' | 'REQUIRED'

/** The tenant's rule for security tokens (registration §5.1). */
export async function readTokenPolicy(repository: FindsTenantOptions): Promise<TokenPolicy> {
  const value = await repository.findTenantOption('device-registration', 'security-token.policy')
  return value === 'IGNORED' || value === 'REQUIRED' ? value : 'OPTIONAL'
}

/** A device asks for its credentials. */
export interface Poll {
  readonly deviceIdentifier: DeviceIdentifier
  readonly token?: string
  /** Address that asks. */
  readonly address: string
  /** Whether an answer would reach the device; without, nothing is handed out. */
  readonly canReceive: boolean
  /** Least time between two answers; a lost password must not be replaced by a parallel poll. */
  readonly answerIntervalMs: number
}

export interface Credentials {
  readonly tenantId: TenantId
  readonly userName: string
  readonly password: string
}

/**
 * A device asks: moves the request on, and hands the credentials out once it is accepted. Every
 * other outcome is `undefined`, which the device hears as silence whatever the reason.
 *
 * @see registration §2.2, §3, §5.2
 */
export async function pollRegistration(
  unit: Unit,
  secrets: KeepsSecrets,
  poll: Poll,
): Promise<Result<Credentials | undefined>> {
  if (poll.token !== undefined && !isTokenLength(poll.token)) {
    return refused('securityTokenInvalid')
  }
  const present = await findOpenRequest(unit, poll.deviceIdentifier)
  if (present === undefined || present.status === 'BLOCKED') return done(undefined)
  const request = withPoll(withClaimant(present, poll.address, unit.now), poll, unit.now)
  switch (present.status) {
    case 'WAITING_FOR_CONNECTION':
    case 'PENDING_ACCEPTANCE': {
      const isNew = present.status === 'WAITING_FOR_CONNECTION'
      await saveRequest(unit, {
        ...request,
        status: 'PENDING_ACCEPTANCE',
        ...(isNew ? { statusSince: unit.now } : {}),
        ...tokenMember(secrets, poll),
      })
      return done(undefined)
    }
    case 'ACCEPTED':
      return done(await handOut(unit, secrets, request, poll))
  }
}

function isTokenLength(token: string): boolean {
  return token.length >= tokenCharactersMin && token.length <= tokenCharactersMax
}

/** A newer token replaces the older; a poll without one leaves it. */
function tokenMember(
  secrets: KeepsSecrets,
  { deviceIdentifier, token }: Poll,
): { readonly tokenHash?: string } {
  return token === undefined ? {} : { tokenHash: secrets.hashToken(deviceIdentifier, token) }
}

/** Notes who asked. Two addresses within a minute make the request contested (security S-4.4). */
function withClaimant(
  request: RegistrationRequest,
  address: string,
  now: Instant,
): RegistrationRequest {
  const present = request.claimants.find((claimant) => claimant.address === address)
  const others = request.claimants.filter((claimant) => claimant.address !== address)
  const claimant: Claimant =
    present === undefined
      ? { address, firstSeen: now, lastSeen: now, polls: 1 }
      : { ...present, lastSeen: now, polls: present.polls + 1 }
  const isRivalled = others.some(({ lastSeen }) => now - lastSeen < claimantSilenceMs)
  return {
    ...request,
    claimants: [...remembered(request, others), claimant],
    isContested: request.isContested || (isRivalled && request.handedOutFirst === undefined),
  }
}

/** Adds to the diary that the operator reads. */
function withPoll(
  request: RegistrationRequest,
  { address, token }: Poll,
  time: Instant,
): RegistrationRequest {
  const poll = { time, address, hasToken: token !== undefined }
  return { ...request, polls: [...request.polls, poll].slice(-pollsKeptMax) }
}

/** Of the addresses beside the present one, that which counts: the accepted one, else the last. */
function remembered(
  { acceptedClaimant }: RegistrationRequest,
  others: readonly Claimant[],
): readonly Claimant[] {
  const accepted = others.find(({ address }) => address === acceptedClaimant)
  return accepted === undefined ? others.slice(-1) : [accepted]
}

async function handOut(
  unit: Unit,
  secrets: KeepsSecrets,
  request: RegistrationRequest,
  poll: Poll,
): Promise<Credentials | undefined> {
  const { tenantId, deviceIdentifier, handedOutFirst, handedOutLast } = request
  const tenant = unit.tenant(tenantId)
  const userName = deviceUserName(deviceIdentifier)
  const present = await tenant.findUser(userName)
  const mayReceive =
    poll.canReceive &&
    isAcceptedClaimant(request, poll.address, unit.now) &&
    !isWithin(handedOutLast, poll.answerIntervalMs, unit.now) &&
    // A user of that name which we did not create, or which somebody has disabled, stays as it is.
    (handedOutFirst === undefined ? present === undefined : present?.enabled === true) &&
    (await carriesAcceptedToken(tenant, secrets, request, poll))
  if (!mayReceive) {
    await saveRequest(unit, request)
    return undefined
  }
  const password = secrets.drawSecret()
  const secretHash = secrets.hashDeviceSecret(tenantId, userName, password)
  const user = present ?? newDeviceUser(request, unit.now)
  await tenant.saveUser({ ...user, secretHash, lastPasswordChange: unit.now })
  unit.announce({ kind: 'userAccessChanged', userName, reason: 'secretChanged' }, tenantId)
  await saveRequest(unit, {
    ...request,
    acceptedClaimant: poll.address,
    handedOutFirst: handedOutFirst ?? unit.now,
    handedOutLast: unit.now,
  })
  return { tenantId, userName, password }
}

/** Whether `now` follows `then` by less than `lengthMs`; a clock set back ends the wait. */
function isWithin(then: Instant | undefined, lengthMs: number, now: Instant): boolean {
  return then !== undefined && now >= then && now - then < lengthMs
}

/** The address that was accepted, or one that follows it after a minute of silence. */
function isAcceptedClaimant(request: RegistrationRequest, address: string, now: Instant): boolean {
  const { acceptedClaimant, handedOutFirst, claimants } = request
  if (acceptedClaimant === undefined || acceptedClaimant === address) return true
  if (handedOutFirst !== undefined) return false
  const accepted = claimants.find((each) => each.address === acceptedClaimant)
  return accepted === undefined || now - accepted.lastSeen >= claimantSilenceMs
}

/** Else whoever guesses the id could fetch the credentials (registration §5.1). */
async function carriesAcceptedToken(
  tenant: FindsTenantOptions,
  secrets: KeepsSecrets,
  request: RegistrationRequest,
  { token }: Poll,
): Promise<boolean> {
  if (request.acceptedTokenHash === undefined) return true
  if ((await readTokenPolicy(tenant)) === 'IGNORED') return true
  return (
    token !== undefined &&
    secrets.verifyToken(request.deviceIdentifier, token, request.acceptedTokenHash)
  )
}

function newDeviceUser(
  { deviceIdentifier, tenantId, owner, acceptedBy, name, type, groupId }: RegistrationRequest,
  now: Instant,
): Omit<User, 'secretHash'> {
  return {
    tenantId,
    userName: deviceUserName(deviceIdentifier),
    groupIds: [devicesGroupId],
    enabled: true,
    owner: acceptedBy ?? owner,
    shouldResetPassword: false,
    lastPasswordChange: now,
    creationTime: now,
    profile: {},
    expectedDevice: {
      ...(name === undefined ? {} : { name }),
      ...(type === undefined ? {} : { type }),
      ...(groupId === undefined ? {} : { groupId }),
    },
  }
}

export interface Acceptance {
  readonly token?: string
  /**
   * Accept a contested request, or one whose external id belongs to another device user. Counts
   * for those who may administer operations only (security S-4.4).
   */
  readonly force: boolean
}

/** An operator lets the device in (registration §2.2, §5.1). */
export async function acceptRegistration(
  unit: Unit,
  secrets: KeepsSecrets,
  actor: Actor,
  idText: string,
  acceptance: Acceptance,
): Promise<Result<RegistrationRequest>> {
  const found = await findRegistration(unit, idText)
  if (!found.ok) return found
  const request = found.value
  const id = request.deviceIdentifier
  switch (request.status) {
    case 'WAITING_FOR_CONNECTION':
      return refused('registrationWaiting', { id })
    case 'BLOCKED':
      return refused('registrationBlocked', { id })
    case 'ACCEPTED':
      return done(request)
    case 'PENDING_ACCEPTANCE':
      return acceptPending(unit, secrets, actor, request, acceptance)
  }
}

async function acceptPending(
  unit: Unit,
  secrets: KeepsSecrets,
  actor: Actor,
  request: RegistrationRequest,
  { token, force }: Acceptance,
): Promise<Result<RegistrationRequest>> {
  const { deviceIdentifier: id, tokenHash } = request
  const isForced = force && actor.permissions.has('ROLE_DEVICE_CONTROL_ADMIN')
  const policy = await readTokenPolicy(unit.repository)
  const isMatching =
    token !== undefined && tokenHash !== undefined && secrets.verifyToken(id, token, tokenHash)
  if (policy === 'REQUIRED' && tokenHash === undefined) {
    return refused('registrationTokenRequired', { id })
  }
  if (policy !== 'IGNORED' && tokenHash !== undefined && !isMatching) {
    await countWrongToken(unit, request)
    return refused('registrationTokenWrong', { id })
  }
  if (request.isContested && !isMatching && !isForced) {
    const addresses = request.claimants.map(({ address }) => address).join(', ')
    return refused('registrationContested', { id, addresses })
  }
  const squatter = await findSquatter(unit, id)
  if (squatter !== undefined) {
    if (!isForced) return refused('deviceOwnedByOther', { id, owner: squatter.owner })
    await updateManagedObject(unit, squatter.id, { set: { owner: deviceUserName(id) } })
  }
  const acceptedClaimant = request.claimants.at(-1)?.address
  return done(
    await saveRequest(unit, {
      ...request,
      status: 'ACCEPTED',
      statusSince: unit.now,
      acceptedBy: actor.userName,
      ...(acceptedClaimant === undefined ? {} : { acceptedClaimant }),
      ...(tokenHash === undefined ? {} : { acceptedTokenHash: tokenHash }),
    }),
  )
}

async function countWrongToken(unit: Unit, request: RegistrationRequest): Promise<void> {
  const wrongTokens = request.wrongTokens + 1
  const isBlocked = wrongTokens >= wrongTokensMax
  await saveRequest(unit, {
    ...request,
    wrongTokens,
    ...(isBlocked ? { status: 'BLOCKED', statusSince: unit.now } : {}),
  })
}

/** The object that holds the id already and belongs to a different device user (security S-2.6a). */
async function findSquatter(
  unit: Unit,
  id: DeviceIdentifier,
): Promise<{ readonly id: ManagedObjectId; readonly owner: string } | undefined> {
  const present = await unit.repository.findByExternalId({ type: serialType, value: id })
  if (present === undefined) return undefined
  const managedObject = await unit.repository.findManagedObject(present)
  const owner = managedObject?.owner ?? ''
  return isDeviceUserName(owner) && owner !== deviceUserName(id)
    ? { id: present, owner }
    : undefined
}

export interface AcceptedOne {
  readonly deviceIdentifier: DeviceIdentifier
  readonly result: Result<RegistrationRequest>
}

/** What an operator has to look at comes first (console §4.4). */
const statusesByUrgency = [
  'PENDING_ACCEPTANCE',
  'WAITING_FOR_CONNECTION',
  'ACCEPTED',
  'BLOCKED',
] as const satisfies readonly RegistrationStatus[]

/**
 * One page of a tenant's requests: pending ones first, then waiting, accepted, blocked; the newest
 * first within each. The store counts and lists each status by an index of its own, so that a page
 * costs what it shows, whatever there is besides.
 */
export async function listRegistrationsByUrgency(
  instance: FindsRegistrationRequests,
  tenantId: TenantId,
  page: Page,
): Promise<readonly RegistrationRequest[]> {
  const listed: RegistrationRequest[] = []
  let { offset } = page
  for (const status of statusesByUrgency) {
    const limit = page.limit - listed.length
    if (limit === 0) break
    const count = await instance.countRegistrationRequests({ tenantId, status })
    if (offset < count) {
      const query = { tenantId, status, offset, limit, revert: true }
      listed.push(...(await instance.listRegistrationRequests(query)))
    }
    offset = Math.max(0, offset - count)
  }
  return listed
}

/** Requests that one "accept all" looks at. */
const acceptedAtOnceMax = 2000

/** Accepts every pending request whose device sent no token; the others are left out. */
export async function acceptAllRegistrations(
  unit: Unit,
  secrets: KeepsSecrets,
  actor: Actor,
): Promise<readonly AcceptedOne[]> {
  const pending = await unit.instance.listRegistrationRequests({
    tenantId: unit.tenantId,
    status: 'PENDING_ACCEPTANCE',
    offset: 0,
    limit: acceptedAtOnceMax,
  })
  const accepted: AcceptedOne[] = []
  for (const { deviceIdentifier, tokenHash } of pending) {
    if (tokenHash !== undefined) continue
    const acceptance = { force: false }
    const result = await acceptRegistration(unit, secrets, actor, deviceIdentifier, acceptance)
    accepted.push({ deviceIdentifier, result })
  }
  return accepted
}

/** The first login with the new credentials ends the request (security S-4.6). */
export async function completeRegistration(
  unit: Unit,
  deviceIdentifier: DeviceIdentifier,
): Promise<void> {
  const request = await unit.instance.findRegistrationRequest(deviceIdentifier)
  if (request?.tenantId === unit.tenantId && request.handedOutFirst !== undefined) {
    await removeRequest(unit, request)
  }
}

/**
 * To be called at every login: ends the registration of a device that comes with its own
 * credentials for the first time. Costs one read for devices and nothing for others.
 *
 * @see security S-4.6
 */
export async function completeFirstLogin(
  store: RunsUnits & ReadsCommitted,
  { kind, tenantId, userName }: Actor,
  now: Instant,
): Promise<void> {
  if (kind !== 'device') return
  const deviceIdentifier = parseDeviceIdentifier(userName.slice(deviceUserName('').length), 247)
  if (deviceIdentifier === undefined) return
  const request = await store.instanceReader.findRegistrationRequest(deviceIdentifier)
  if (request?.tenantId !== tenantId || request.handedOutFirst === undefined) return
  await store.run(tenantId, now, (unit) => completeRegistration(unit, deviceIdentifier))
}

/** Requests that one sweep removes, per status. */
const expiredAtOnceMax = 1000

/** Removes what has outlived its time; run now and then. Gives how many went. */
export async function expireRegistrations(unit: Unit): Promise<number> {
  let removed = 0
  for (const status of ['WAITING_FOR_CONNECTION', 'PENDING_ACCEPTANCE', 'ACCEPTED'] as const) {
    const expired = await findExpired(unit, status)
    for (const request of expired) await removeRequest(unit, request)
    removed += expired.length
  }
  return removed
}

/** The first that have expired. Accepted ones whose device is still to come stand between them. */
async function findExpired(
  unit: Unit,
  status: RegistrationStatus,
): Promise<readonly RegistrationRequest[]> {
  const before = unit.now - (lifetimeMs[status] ?? lifetimeAfterHandOutMs)
  for (let limit = expiredAtOnceMax; ; limit *= 2) {
    const candidates = await unit.instance.listRegistrationRequestsSince({ status, before, limit })
    const expired = candidates.filter((each) => isExpired(each, unit.now))
    if (expired.length > 0 || candidates.length < limit) return expired.slice(0, expiredAtOnceMax)
  }
}
