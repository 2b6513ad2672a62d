import type {
  Actor,
  ManagedObjectId,
  NewRegistration,
  ReadsCommitted,
  RegistrationRequest,
  TenantId,
} from '@pileus/domain'
import {
  acceptAllRegistrations,
  acceptRegistration,
  deleteRegistration,
  isExpired,
  isJsonObject,
  managementTenant,
  parseDeviceIdentifier,
  parseManagedObjectId,
  parseTenantId,
  pollRegistration,
  problemText,
  registerDevice,
  textMember,
} from '@pileus/domain'
import { needsTotal } from '@pileus/rest-contract'
import { segment } from './links.ts'
import { toPage } from './lists.ts'
import { formatNewDeviceRequest, newDeviceRequestUrl } from './new-device-request-representation.ts'
import type { Handlers, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid, toRestResult } from './rest-result.ts'

type RegistrationRoute =
  | 'listNewDeviceRequests'
  | 'createNewDeviceRequest'
  | 'acceptAllNewDeviceRequests'
  | 'getNewDeviceRequestLimit'
  | 'getNewDeviceRequest'
  | 'acceptNewDeviceRequest'
  | 'deleteNewDeviceRequest'
  | 'requestDeviceCredentials'

export const registrationHandlers: Handlers<RegistrationRoute> = {
  async listNewDeviceRequests({ actor: { tenantId }, page, baseUrl }, { store }) {
    const { instanceReader } = store
    const found = await instanceReader.listRegistrationRequests({ tenantId, ...toPage(page) })
    const items = found.map((request) => formatNewDeviceRequest(request, baseUrl))
    const total = needsTotal(page)
      ? { total: await instanceReader.countRegistrationRequests({ tenantId }) }
      : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async createNewDeviceRequest({ actor, body, baseUrl, wantsBody }, { store, clock }) {
    const given = parseNewRegistration(body)
    if (!given.ok) return given
    const tenantId = await chooseTenant(store, actor, body.tenantId)
    if (!tenantId.ok) return tenantId
    return store.run(tenantId.value, clock.now(), async (unit) => {
      const created = toRestResult(await registerDevice(unit, actor, given.value))
      if (!created.ok) return created
      const { deviceIdentifier } = created.value
      return {
        ok: true,
        value: {
          kind: 'document',
          body: wantsBody ? formatNewDeviceRequest(created.value, baseUrl) : undefined,
          location: newDeviceRequestUrl(baseUrl, deviceIdentifier),
        },
      }
    })
  },

  async acceptAllNewDeviceRequests({ actor }, { store, clock, secrets }) {
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const accepted = await acceptAllRegistrations(unit, secrets, actor)
      const body = accepted.map(({ deviceIdentifier: id, result }) =>
        result.ok
          ? { id, successful: true }
          : { id, successful: false, error: problemText(result.problem) },
      )
      return { ok: true, value: { kind: 'document', body } }
    })
  },

  async getNewDeviceRequestLimit() {
    // There is no limit on devices yet, and without one the numbers are left out.
    return { ok: true, value: { kind: 'document', body: { isReached: false } } }
  },

  async getNewDeviceRequest({ actor, params, baseUrl, receivedAt }, { store }) {
    const found = await findOpenRequest(store.instanceReader, actor.tenantId, params.id, receivedAt)
    if (found === undefined) return refuse('newDeviceRequestNotFound', { id: params.id })
    const body = formatNewDeviceRequest(found, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  },

  async acceptNewDeviceRequest(request, { store, clock, secrets }) {
    const { actor, params, body, baseUrl, wantsBody } = request
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const { instance } = unit
      if ((await findOpenRequest(instance, actor.tenantId, params.id, unit.now)) === undefined) {
        return refuse('newDeviceRequestNotFound', { id: params.id })
      }
      if (body.status !== 'ACCEPTED') {
        return refuseAsInvalid('The only status that can be given is ACCEPTED.')
      }
      const acceptance = {
        ...(typeof body.securityToken === 'string' ? { token: body.securityToken } : {}),
        force: body.force === true,
      }
      const accepted = toRestResult(
        await acceptRegistration(unit, secrets, actor, params.id, acceptance),
      )
      if (!accepted.ok) return accepted
      const stored = wantsBody ? formatNewDeviceRequest(accepted.value, baseUrl) : undefined
      return { ok: true, value: { kind: 'document', body: stored } }
    })
  },

  async deleteNewDeviceRequest({ actor, params }, { store, clock }) {
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const deleted = toRestResult(await deleteRegistration(unit, params.id))
      return deleted.ok ? { ok: true, value: { kind: 'empty' } } : deleted
    })
  },

  async requestDeviceCredentials(request, platform) {
    const { actor, body, baseUrl, remoteAddress, receivedAt } = request
    const { store, clock, secrets, credentialPolls } = platform
    const retryAfterSeconds = credentialPolls.bySource.take(remoteAddress, receivedAt)
    if (retryAfterSeconds !== undefined) {
      return refuse('tooManyRequests', { retryAfterSeconds: String(retryAfterSeconds) })
    }
    const deviceIdentifier = parseDeviceIdentifier(body.id, 247)
    const notYet = refuse('deviceCredentialsNotFound', { id: body.id })
    if (deviceIdentifier === undefined) return notYet
    // Clients take every status but 404 for the end of their waiting, so a device that asks too
    // often is told to wait like any other, without being looked at.
    if (credentialPolls.byDevice.take(deviceIdentifier, receivedAt) !== undefined) return notYet
    const poll = {
      deviceIdentifier,
      ...(typeof body.securityToken === 'string' ? { token: body.securityToken } : {}),
      address: remoteAddress,
      canReceive: true,
      answerIntervalMs: credentialPolls.answerIntervalMs,
    }
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const answered = toRestResult(await pollRegistration(unit, secrets, poll))
      if (!answered.ok) return answered
      if (answered.value === undefined) return notYet
      const { tenantId, userName: username, password } = answered.value
      const self = `${baseUrl}/devicecontrol/deviceCredentials/${segment(deviceIdentifier)}`
      const credentials = { id: deviceIdentifier, self, tenantId, username, password }
      return { ok: true, value: { kind: 'document', body: credentials, location: self } }
    })
  },
}

function parseNewRegistration(
  body: RestRequest<'createNewDeviceRequest'>['body'],
): RestResult<NewRegistration> {
  if (parseDeviceIdentifier(body.id, 247) === undefined) {
    return refuse('deviceIdInvalid', { id: body.id })
  }
  if (typeof body.enrollmentToken === 'string') {
    return refuseAsInvalid('Enrolment with certificates is not offered yet.')
  }
  const groupId = parseGroupId(body.groupId)
  if (!groupId.ok) return groupId
  return {
    ok: true,
    value: {
      deviceIdentifier: body.id,
      ...(groupId.value === undefined ? {} : { groupId: groupId.value }),
      ...textMember('type', body.type),
      ...textMember('name', body.name),
      customProperties: isJsonObject(body.customProperties) ? body.customProperties : {},
    },
  }
}

function parseGroupId(
  given: string | number | null | undefined,
): RestResult<ManagedObjectId | undefined> {
  if (given === undefined || given === null) return { ok: true, value: undefined }
  const id = parseManagedObjectId(String(given))
  return id === undefined
    ? refuseAsInvalid(`Member 'groupId' is no id: '${given}'.`)
    : { ok: true, value: id }
}

/** Only `management` registers for other tenants; for everybody else the member is ignored. */
async function chooseTenant(
  store: ReadsCommitted,
  actor: Actor,
  given: string | null | undefined,
): Promise<RestResult<TenantId>> {
  if (actor.tenantId !== managementTenant || typeof given !== 'string') {
    return { ok: true, value: actor.tenantId }
  }
  const tenantId = parseTenantId(given)
  const tenant =
    tenantId === undefined ? undefined : await store.instanceReader.findTenant(tenantId)
  return tenant === undefined
    ? refuseAsInvalid(`There is no tenant '${given}'.`)
    : { ok: true, value: tenant.id }
}

/** The open request of that id in the caller's tenant; another tenant's is like none. */
export async function findOpenRequest(
  instance: Pick<ReadsCommitted['instanceReader'], 'findRegistrationRequest'>,
  tenantId: TenantId,
  idText: string,
  now: number,
): Promise<RegistrationRequest | undefined> {
  const id = parseDeviceIdentifier(idText, 247)
  const request = id === undefined ? undefined : await instance.findRegistrationRequest(id)
  return request?.tenantId === tenantId && !isExpired(request, now) ? request : undefined
}
