import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CredentialStore, fileCredentialStore } from '@pileus/device-sdk'
import { CommandFailure } from './exit-codes.ts'
import type { Env } from './terminal.ts'

/**
 * Where the credentials of a device are kept unless somebody says otherwise:
 * `~/.config/pileus/devices/<host>/<id>.json`. A port that is not the usual one is part of the
 * host, since another platform on the same machine is another platform.
 */
export function credentialsPath(mqttUrl: string, id: string, env: Env): string {
  const { hostname, port } = new URL(mqttUrl)
  const host = hostname.replaceAll(/[[\]]/g, '').replaceAll(':', '_')
  const folder = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config')
  const place = port === '' || port === '1883' ? host : `${host}_${port}`
  return join(folder, 'pileus', 'devices', place, `${encodeURIComponent(id)}.json`)
}

/** The file is made private, and so are the folders on the way to it that are not there. */
export function openCredentials(path: string): CredentialStore {
  const store = fileCredentialStore(path)
  return {
    load: () => store.load(),
    save: async (credentials) => {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        await store.save(credentials)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new CommandFailure(
          'noInput',
          `The credentials cannot be kept in ${path}: ${reason}`,
          'They are handed out again for ten minutes: mend that, or name another file with --credentials, and run this again.',
        )
      }
    },
  }
}
