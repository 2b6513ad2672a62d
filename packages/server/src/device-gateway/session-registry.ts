import type { TenantId } from '@pileus/domain'
import { deviceUserName, isUserOfDevice } from '@pileus/domain'
import type { DeviceSession } from './device-session.ts'

/** The live sessions, to be found by the device that they speak for, and by their user. */
export class SessionRegistry {
  readonly #sessions = new Map<string, DeviceSession>()
  /** Those whose user is not the device's own, by user. The others are found by its name. */
  readonly #foreign = new Map<string, Set<DeviceSession>>()

  get size(): number {
    return this.#sessions.size
  }

  add(session: DeviceSession): void {
    const previous = this.#sessions.get(keyOf(session))
    if (previous !== undefined) this.#forget(previous)
    this.#sessions.set(keyOf(session), session)
    if (isOwn(session)) return
    const key = userKeyOf(session)
    const sessions = this.#foreign.get(key)
    if (sessions === undefined) this.#foreign.set(key, new Set([session]))
    else sessions.add(session)
  }

  /** Leaves a newer session of the same device alone. */
  remove(session: DeviceSession): void {
    if (this.#sessions.get(keyOf(session)) === session) this.#sessions.delete(keyOf(session))
    this.#forget(session)
  }

  #forget(session: DeviceSession): void {
    const key = userKeyOf(session)
    const sessions = this.#foreign.get(key)
    if (sessions?.delete(session) && sessions.size === 0) this.#foreign.delete(key)
  }

  find(tenantId: TenantId, deviceIdentifier: string): DeviceSession | undefined {
    return this.#sessions.get(sessionKey(tenantId, deviceIdentifier))
  }

  ofTenant(tenantId: TenantId): readonly DeviceSession[] {
    return [...this.#sessions.values()].filter(
      ({ connection }) => connection.actor.tenantId === tenantId,
    )
  }

  /** The sessions that came as this user. Looked up for every new credential, so not searched. */
  ofUser(tenantId: TenantId, userName: string): readonly DeviceSession[] {
    const own = this.find(tenantId, userName.slice(deviceUserName('').length))
    const foreign = this.#foreign.get(sessionKey(tenantId, userName)) ?? []
    return [...(own?.connection.actor.userName === userName && isOwn(own) ? [own] : []), ...foreign]
  }
}

/** Of two connections with one key the older one ends (mqtt-endpoint §3). */
export function sessionKey(tenantId: TenantId, deviceIdentifier: string): string {
  return `${tenantId}\n${deviceIdentifier}`
}

function keyOf({ connection }: DeviceSession): string {
  return sessionKey(connection.actor.tenantId, connection.deviceIdentifier)
}

function userKeyOf({ connection: { actor } }: DeviceSession): string {
  return sessionKey(actor.tenantId, actor.userName)
}

function isOwn({ connection: { actor, deviceIdentifier } }: DeviceSession): boolean {
  return isUserOfDevice(actor.userName, deviceIdentifier)
}
