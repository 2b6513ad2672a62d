import { setTimeout as pause } from 'node:timers/promises'
import {
  type CredentialStore,
  type DeviceCredentials,
  memoryCredentialStore,
} from '@pileus/device-sdk'
import { RestRefusal } from '@pileus/rest-contract'
import { CommandFailure } from './exit-codes.ts'
import { buildRest, explainUnreachable, type OperatorRest } from './operator.ts'
import { printable } from './printable-text.ts'
import { programName } from './program-name.ts'

export interface RegistrationContext {
  readonly operator: OperatorRest
  readonly bootstrapPassword: string
  readonly signal: AbortSignal
  /** The platform lets so many through and no more. */
  readonly onPause: () => void
}

/**
 * Announces a device, asks as it, accepts it, and asks again, all over REST: the quickest way to
 * credentials of its own. What `store` holds is used as long as the platform accepts it.
 */
export async function registerSimulatedDevice(
  id: string,
  store: CredentialStore,
  context: RegistrationContext,
): Promise<CredentialStore> {
  try {
    return await register(id, store, context)
  } catch (error) {
    throw explainUnreachable(error, context.operator.httpUrl)
  }
}

async function register(
  id: string,
  store: CredentialStore,
  context: RegistrationContext,
): Promise<CredentialStore> {
  const known = await store.load()
  if (known !== undefined && (await isAccepted(known, context))) return store
  const { operator, bootstrapPassword, signal } = context
  const device = buildRest(operator.httpUrl, 'management/devicebootstrap', bootstrapPassword)
  const ask = () =>
    patiently(context, () =>
      device.post('/devicecontrol/deviceCredentials', { body: { id }, signal }),
    )
  await operator
    .call(async (rest) => {
      const announce = { body: { id }, signal }
      await patiently(context, () => rest.post('/devicecontrol/newDeviceRequests', announce))
    })
    .catch((error: unknown) => {
      throw explainTakenId(id, error)
    })
  await ask().catch(ignoreNotYet)
  await operator.call(async (rest) => {
    const accept = { path: { id }, body: { status: 'ACCEPTED' }, signal }
    await patiently(context, () => rest.put('/devicecontrol/newDeviceRequests/{id}', accept))
  })
  const {
    tenantId: tenant,
    username: user,
    password,
  } = await ask().catch((error: unknown) => {
    throw explainNoPassword(id, error)
  })
  await store.save({ tenant, user, password })
  return store
}

/** Every device logs in as the same user, who may act for all of them. */
export function sharedLogin(userName: string, password: string): CredentialStore {
  const slash = userName.indexOf('/')
  if (slash === -1) {
    throw new CommandFailure('usage', '--user must name the tenant too, such as t100/admin.')
  }
  const [tenant, user] = [userName.slice(0, slash), userName.slice(slash + 1)]
  return memoryCredentialStore({ tenant, user, password })
}

async function isAccepted(
  { tenant, user, password }: DeviceCredentials,
  context: RegistrationContext,
): Promise<boolean> {
  const rest = buildRest(context.operator.httpUrl, `${tenant}/${user}`, password)
  try {
    await patiently(context, () => rest.get('/user/currentUser', { signal: context.signal }))
    return true
  } catch (error) {
    if (error instanceof RestRefusal && error.status === 401) return false
    throw error
  }
}

/** In everyday limits a minute has room for 60 questions of one address (security S-4.3). */
async function patiently<T>(
  { signal, onPause }: RegistrationContext,
  run: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof RestRefusal) || error.status !== 429) throw error
      const seconds = Number(/ in (\d{1,4}) s/.exec(error.message)?.[1] ?? 2)
      onPause()
      await pause(seconds * 1000, undefined, { signal })
    }
  }
}

/** The first question is answered with 404: nobody has accepted the device yet. */
function ignoreNotYet(error: unknown): void {
  if (!(error instanceof RestRefusal)) throw error
  if (error.status === 404) return
  if (error.status !== 401) throw error
  throw new CommandFailure(
    'noPermission',
    'The platform does not let devices ask with this bootstrap password.',
    'It has shown the right one at its first start.',
  )
}

function explainNoPassword(id: string, error: unknown): unknown {
  if (!(error instanceof RestRefusal) || error.status !== 404) return error
  return new CommandFailure(
    'refused',
    `${printable(id)} was accepted and gets no password: somebody else asks as it, or has rejected it.`,
    `Choose another --prefix, or see who asks with: ${programName} registration list`,
  )
}

function explainTakenId(id: string, error: unknown): unknown {
  if (!(error instanceof RestRefusal) || error.status !== 422) return error
  return new CommandFailure(
    'refused',
    `${printable(id)} cannot be registered: ${printable(error.message)}`,
    'Choose another --prefix, or delete that device with its user first.',
  )
}
