import { request } from 'node:http'
import { RestRefusal } from '@pileus/rest-contract'
import { demoRegistrations } from './demo-fleet.ts'
import type { Stage } from './start-demo.ts'

/** As often as devices ask (registration §3). */
const askEveryMs = 6_000

/** Leaves a registration in each state behind, with devices that go on asking. */
export async function keepAsking(stage: Stage): Promise<void> {
  const { waiting, pending, withToken, contested, blocked } = demoRegistrations
  for (const id of [...waiting, pending, withToken.id, contested, blocked.id]) {
    await stage.rest.post('/devicecontrol/newDeviceRequests', { body: { id } })
  }
  const devices: readonly Asking[] = [
    { id: pending },
    { id: withToken.id, securityToken: withToken.token },
    { id: contested },
    { id: contested, localAddress: '127.0.0.2' },
    { id: blocked.id, securityToken: blocked.token },
  ]
  for (const device of devices) await ask(stage, device)
  const timer = setInterval(() => {
    for (const device of devices) {
      // The platform is on its way down.
      ask(stage, device).catch(() => {})
    }
  }, askEveryMs)
  stage.signal.addEventListener('abort', () => clearInterval(timer))
  await block(stage, blocked.id)
}

interface Asking {
  readonly id: string
  /** From where, unless that does not matter. */
  readonly localAddress?: string
  readonly securityToken?: string
}

/** As a device does over REST (registration §4). Done with whatever the answer is. */
function ask(
  { httpUrl, bootstrapPassword, signal }: Stage,
  { localAddress, ...body }: Asking,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const asking = request(`${httpUrl}/devicecontrol/deviceCredentials`, {
      method: 'POST',
      auth: `management/devicebootstrap:${bootstrapPassword}`,
      headers: { 'Content-Type': 'application/json' },
      ...(localAddress !== undefined && { localAddress }),
      signal,
    })
    asking.on('error', (error: NodeJS.ErrnoException) => {
      // Not every machine has a second address of IPv4: then nobody contests anything.
      if (error.syscall === 'bind') resolve()
      else reject(error)
    })
    asking.on('response', (answer) => {
      answer.resume()
      answer.on('end', resolve)
    })
    asking.end(JSON.stringify(body))
  })
}

/** Tries wrong tokens until the platform has had enough of them. */
async function block({ rest }: Stage, id: string): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const body = { status: 'ACCEPTED', securityToken: `guess-number-${attempt}` }
    try {
      await rest.put('/devicecontrol/newDeviceRequests/{id}', { path: { id }, body })
    } catch (error) {
      if (!(error instanceof RestRefusal) || error.status !== 422) throw error
    }
  }
}
