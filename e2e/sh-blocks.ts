import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Shell } from './shell.ts'
import type { Platform } from './start-platform.ts'

const root = join(import.meta.dirname, '..')

/** The `sh` blocks of a document of the repository, in order. */
export function readShBlocks(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8')
  return [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, block = '']) => block)
}

const blockEnd = '== end of a block =='

/** Programs that find our port without being told, as they find the usual one; none waits for ever. */
const programs = [
  'mosquitto_pub() { command mosquitto_pub -p "$MQTT_PORT" "$@"; }',
  'mosquitto_sub() { command mosquitto_sub -p "$MQTT_PORT" -W 10 "$@"; }',
  'mosquitto_rr() { command mosquitto_rr -p "$MQTT_PORT" -W 10 "$@"; }',
  // In any folder as in the root of the clone.
  `npx() ( program="$1"; shift; "${root}/node_modules/.bin/$program" "$@" )`,
]

/**
 * What each block prints, with the ports of a platform of ours in place of the usual ones. Variables
 * and files, in `folder`, live on from block to block, as in a terminal.
 */
export async function runInShell(
  platform: Platform,
  shellBlocks: readonly string[],
  folder = root,
): Promise<readonly string[]> {
  const httpPort = new URL(platform.httpUrl).port
  const withPorts = shellBlocks.map((block) =>
    block.replaceAll('127.0.0.1:8080', `127.0.0.1:${httpPort}`).replaceAll('-p 1883', ''),
  )
  const script = [...programs, ...withPorts.map((block) => `${block}\necho; echo '${blockEnd}'`)]
  const env = {
    PASSWORD: platform.admin.password,
    BOOTSTRAP: platform.bootstrapPassword,
    MQTT_PORT: String(platform.mqttPort),
  }
  await using shell = new Shell(script.join('\n'), env, folder)
  const { stdout } = await shell.ended(120_000)
  return stdout
    .split(`${blockEnd}\n`)
    .slice(0, -1)
    .map((text) => text.trim())
}
