import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CredentialStore, DeviceError, fileCredentialStore } from '@pileus/device-sdk'
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
  return join(folder, 'pileus', 'devices', place, `${fileNameOf(id)}.json`)
}

/** Most file systems take 255 bytes, of which a draft beside the file needs some more. */
const fileNameCharsMax = 190

/** The id as it is, as long as that can be. */
function fileNameOf(id: string): string {
  const name = encodeURIComponent(id)
  if (name.length <= fileNameCharsMax) return name
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 32)
  return `${name.slice(0, fileNameCharsMax - hash.length - 1)}~${hash}`
}

/** The file is made private, and so are the folders on the way to it that are not there. */
export function openCredentials(path: string): CredentialStore {
  const store = fileCredentialStore(path)
  return {
    load: async () => {
      try {
        return await store.load()
      } catch (error) {
        if (error instanceof DeviceError) throw error
        throw new CommandFailure(
          'noInput',
          `The credentials in ${path} cannot be read: ${textOf(error)}`,
          'Mend that, or name another file with --credentials.',
        )
      }
    },
    save: async (credentials) => {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        await store.save(credentials)
      } catch (error) {
        throw new CommandFailure(
          'noInput',
          `The credentials cannot be kept in ${path}: ${textOf(error)}`,
          'They are handed out again for ten minutes: mend that, or name another file with --credentials, and run this again.',
        )
      }
    },
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
