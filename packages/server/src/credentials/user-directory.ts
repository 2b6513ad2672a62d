import {
  type Eventually,
  type FindsTenants,
  type FindsUsers,
  type Tenant,
  type TenantEvent,
  type TenantId,
  type User,
  whenThere,
} from '@pileus/domain'
import type { AuthenticationLimits } from './authentication-limits.ts'
import { LruMap } from './lru-map.ts'
import { parseSecretHash, type SecretHash } from './secret-hash.ts'

/** Reads what is committed. */
export interface ReadsUsers {
  reader(tenantId: TenantId): FindsUsers
  readonly instanceReader: FindsTenants
}

/** A user as logins need it. */
export interface KnownUser {
  readonly user: User
  /** `undefined` when the stored text is no hash: nobody can log in with it. */
  readonly hash: SecretHash | undefined
}

/**
 * Users and tenants, remembered for the next login.
 *
 * An entry lives 30 s at most, that of an unknown name 5 s, the tenants 5 s; events of this
 * process end it at once.
 *
 * @see security S-3.7
 */
export class UserDirectory {
  readonly #reads: ReadsUsers
  readonly #now: () => number
  readonly #users: LruMap<string, { readonly known: KnownUser; readonly readAt: number }>
  readonly #unknownUntil: LruMap<string, number>
  readonly #deviceHashes = new Map<string, { keyed: number; memoryHard: number }>()
  #tenants: TenantList | undefined
  /** Rises with every change, so that a read begun before it is not remembered after it. */
  #changes = 0

  constructor(parts: {
    readonly reads: ReadsUsers
    readonly now: () => number
    readonly limits: AuthenticationLimits
  }) {
    this.#reads = parts.reads
    this.#now = parts.now
    this.#users = new LruMap(parts.limits.usersCached)
    this.#unknownUntil = new LruMap(parts.limits.unknownUsersCached)
  }

  /** All tenants, by id and by host. */
  tenants(): Eventually<TenantList> {
    if (this.#tenants !== undefined && this.#now() < this.#tenants.expiresAt) return this.#tenants
    return whenThere(this.#reads.instanceReader.listTenants(), (tenants) => {
      this.#tenants = {
        byId: new Map(tenants.map((tenant) => [tenant.id, tenant])),
        byHost: new Map(
          tenants.flatMap(({ domain, id }) =>
            domain === undefined ? [] : [[domain.toLowerCase(), id]],
          ),
        ),
        expiresAt: this.#now() + tenantsLifetimeMs,
      }
      return this.#tenants
    })
  }

  /** The user of a tenant that exists, as it was no longer than `ageMaxMs` ago. */
  findUser(
    tenantId: TenantId,
    userName: string,
    ageMaxMs = userLifetimeMs,
  ): Eventually<KnownUser | undefined> {
    const key = keyOf(tenantId, userName)
    const now = this.#now()
    const cached = this.#users.get(key)
    if (cached !== undefined && now - cached.readAt < ageMaxMs) return cached.known
    const unknownUntil = this.#unknownUntil.get(key)
    if (unknownUntil !== undefined && now < unknownUntil) return undefined
    const changes = this.#changes
    return whenThere(this.#reads.reader(tenantId).findUser(userName), (user) => {
      const known =
        user === undefined ? undefined : { user, hash: parseSecretHash(user.secretHash) }
      if (changes === this.#changes) this.#remember(key, known)
      return known
    })
  }

  /** How many of the tenant's device users that logged in lately have a memory-hard hash, 0 to 1. */
  memoryHardShare(tenantId: string): number {
    const counts = this.#deviceHashes.get(tenantId)
    return counts === undefined ? 0 : counts.memoryHard / (counts.keyed + counts.memoryHard)
  }

  /** Forgets what an event of this process made untrue. */
  onTenantEvent({ tenantId, event }: TenantEvent): void {
    if (event.kind === 'userAccessChanged') this.#forget(keyOf(tenantId, event.userName))
    // Credentials were handed out: the device user is new, and the device comes with it at once.
    if (event.kind === 'registrationChanged') {
      this.#forget(keyOf(event.request.tenantId, `device_${event.request.deviceIdentifier}`))
    }
  }

  #remember(key: string, known: KnownUser | undefined): void {
    const now = this.#now()
    if (known === undefined) {
      this.#unknownUntil.set(key, now + unknownLifetimeMs)
      return
    }
    this.#count(this.#users.delete(key)?.known, -1)
    const evicted = this.#users.set(key, { known, readAt: now })
    this.#count(known, 1)
    this.#count(evicted?.known, -1)
  }

  #forget(key: string): void {
    this.#changes++
    this.#unknownUntil.delete(key)
    this.#count(this.#users.delete(key)?.known, -1)
  }

  #count(known: KnownUser | undefined, change: 1 | -1): void {
    if (known?.hash === undefined || !known.user.userName.startsWith('device_')) return
    const { tenantId } = known.user
    const counts = this.#deviceHashes.get(tenantId) ?? { keyed: 0, memoryHard: 0 }
    counts[known.hash.kind] += change
    if (counts.keyed + counts.memoryHard > 0) this.#deviceHashes.set(tenantId, counts)
    else this.#deviceHashes.delete(tenantId)
  }
}

export interface TenantList {
  readonly byId: ReadonlyMap<TenantId, Tenant>
  /** By host name in lower case. */
  readonly byHost: ReadonlyMap<string, TenantId>
  readonly expiresAt: number
}

const userLifetimeMs = 30_000
const unknownLifetimeMs = 5_000
const tenantsLifetimeMs = 5_000

function keyOf(tenantId: string, userName: string): string {
  return `${tenantId}/${userName}`
}
