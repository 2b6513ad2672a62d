import type { TenantId } from '@pileus/domain'
import type { DeviceSession } from './device-session.ts'

/** The live sessions, to be found by the device that they speak for. */
export class SessionRegistry {
  readonly #sessions = new Map<string, DeviceSession>()

  get size(): number {
    return this.#sessions.size
  }

  add(session: DeviceSession): void {
    this.#sessions.set(keyOf(session), session)
  }

  /** Leaves a newer session of the same device alone. */
  remove(session: DeviceSession): void {
    const key = keyOf(session)
    if (this.#sessions.get(key) === session) this.#sessions.delete(key)
  }

  find(tenantId: TenantId, deviceIdentifier: string): DeviceSession | undefined {
    return this.#sessions.get(sessionKey(tenantId, deviceIdentifier))
  }

  /** The sessions that came as this user; there are few such calls, so all are looked through. */
  ofUser(tenantId: TenantId, userName: string): readonly DeviceSession[] {
    return [...this.#sessions.values()].filter(
      ({ connection: { actor } }) => actor.tenantId === tenantId && actor.userName === userName,
    )
  }
}

/** Of two connections with one key the older one ends (mqtt-endpoint §3). */
export function sessionKey(tenantId: TenantId, deviceIdentifier: string): string {
  return `${tenantId}\n${deviceIdentifier}`
}

function keyOf({ connection }: DeviceSession): string {
  return sessionKey(connection.actor.tenantId, connection.deviceIdentifier)
}
