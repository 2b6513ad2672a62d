import { buildObservable, useObservable } from '../platform/observable.ts'
import { useIdentity } from '../session/permissions.ts'

/** A device that this user has registered since the page was loaded. */
export interface FollowedDevice {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly addedAt: number
}

/** The oldest are forgotten. */
const followedMax = 200

/** Outlives the page of registration, but not the change to another user. */
const followed = buildObservable<{
  readonly by: string
  readonly devices: readonly FollowedDevice[]
}>({ by: '', devices: [] })

export function useFollowedDevices() {
  const { tenantId, userName } = useIdentity()
  const by = `${tenantId}/${userName}`
  const present = useObservable(followed)
  const devices = present.by === by ? present.devices : []
  const others = (id: string) => currentDevices(by).filter((device) => device.id !== id)
  return {
    devices,
    follow: (id: string) => {
      const device = { id, addedAt: Date.now() }
      followed.set({ by, devices: [device, ...others(id)].slice(0, followedMax) })
    },
    forget: (id: string) => followed.set({ by, devices: others(id) }),
  }
}

function currentDevices(by: string): readonly FollowedDevice[] {
  const present = followed.get()
  return present.by === by ? present.devices : []
}
