// `npm run demo`: the platform with a fleet that lives, for looking around. It keeps nothing.
import { once } from 'node:events'
import type { Demo } from './demo/start-demo.ts'
import { startDemo } from './demo/start-demo.ts'

const stop = new AbortController()
// Each time: a second one would else end us at once, and leave the platform and its data behind.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort())

try {
  await using demo = await startDemo({
    env: process.env,
    onStep: (step) => console.log(`  ${step} …`),
    signal: stop.signal,
  })
  console.log(welcome(demo))
  if (!stop.signal.aborted) await Promise.race([once(stop.signal, 'abort'), demo.platform.ended])
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

function welcome({ platform, user, password }: Demo): string {
  const [tenant, name] = user.split('/')
  return `
  Console       ${platform.httpUrl}/console/
  Tenant        ${tenant}
  User          ${name}
  Password      ${password}

  Cold rooms of a wholesale market report every few seconds, doors are left open, a van drives
  around, and some devices wait at the registration for somebody to accept them.

The demonstration is ready. Ctrl-C ends it and removes all that it has stored.`
}
