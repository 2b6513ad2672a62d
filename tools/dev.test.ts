// `npm run dev` as a process: both servers come up, the console's speaks to the platform's, and
// one signal ends everything.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { nodeCommand, repositoryRoot } from './run-command.ts'

class Development implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pileus-dev-'))
  readonly #child: ChildProcess
  output = ''

  constructor() {
    const { program, args } = nodeCommand('tools/dev.ts')
    this.#child = spawn(program, args, {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        PILEUS_DATA_DIR: this.#folder,
        PILEUS_HTTP_PORT: '0',
        PILEUS_MQTT_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that whatever is left can be ended.
      detached: true,
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.output += stripVTControlCharacters(chunk.toString())
    })
  }

  /** The group of the sign in what it says; rejects when it ends before. */
  says(sign: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = sign.exec(this.output)?.[1]
        if (found !== undefined) resolve(found)
      }
      this.#child.stdout?.on('data', look)
      this.#child.on('close', () => reject(new Error(`It ended after: ${this.output}`)))
    })
  }

  async end(signal: NodeJS.Signals): Promise<unknown> {
    const closed = once(this.#child, 'exit')
    this.#child.kill(signal)
    const [code] = await closed
    return code
  }

  [Symbol.dispose](): void {
    try {
      process.kill(-(this.#child.pid ?? 0), 'SIGKILL')
    } catch {
      // Nothing is left.
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

test('both servers run, and one signal ends both', { timeout: 60_000 }, async () => {
  using development = new Development()
  const consoleUrl = await development.says(/Local: +(\S+)/)
  const httpUrl = /^Pileus is ready: HTTP (\S+)/m.exec(development.output)?.[1] ?? ''
  const page = await fetch(new URL('devices', consoleUrl))
  assert.match(await page.text(), /@vite\/client/)
  const passedOn = await fetch(new URL('/tenant/currentTenant', consoleUrl))
  assert.equal(passedOn.status, 401)
  assert.equal(await development.end('SIGINT'), 0)
  for (const url of [consoleUrl, `${httpUrl}/health/live`]) await assert.rejects(fetch(url), url)
})
