/** What a device logs in with: MQTT user name `<tenant>/<user>` and password (registration §3). */
export interface DeviceCredentials {
  readonly tenant: string
  readonly user: string
  readonly password: string
}

/**
 * Where a device keeps its credentials. They are handed out once, so `save` must have kept them
 * for good when it is done.
 */
export interface CredentialStore {
  load(): Promise<DeviceCredentials | undefined>
  save(credentials: DeviceCredentials): Promise<void>
}

/** Keeps credentials as long as the process lives. */
export function memoryCredentialStore(initial?: DeviceCredentials): CredentialStore {
  let kept = initial
  return {
    load: () => Promise.resolve(kept),
    save: (credentials) => {
      kept = credentials
      return Promise.resolve()
    },
  }
}
