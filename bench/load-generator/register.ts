import { registerDevices } from '../device-registration.ts'
import { summarizeLatencies } from '../statistics.ts'
import type { Login, RegisterReport, Requests } from './requests.ts'

export async function register(
  { access, ids, parallel }: Requests['register']['parameters'],
  progress: (words: string) => void,
): Promise<RegisterReport> {
  const logins: Login[] = []
  const timesMs: number[] = []
  const startedAt = performance.now()
  await registerDevices(access, ids, parallel, (login, durationMs) => {
    logins.push(login)
    timesMs.push(durationMs)
    progress(`${logins.length} registered`)
  })
  return {
    logins,
    durationMs: performance.now() - startedAt,
    latencies: summarizeLatencies(timesMs),
  }
}
