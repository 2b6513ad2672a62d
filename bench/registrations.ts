import type { OptionTable, OptionValues } from './command-line.ts'
import { fleetIds } from './device-registration.ts'
import { LoadGenerator } from './load-generator/load-generator.ts'
import { chooseCores, coreOf } from './machine.ts'
import { describeUsage, startMeter, sumUsages, type Usage } from './meter.ts'
import { startPlatform } from './platform.ts'
import { ProgressLine } from './progress.ts'
import { describeRun, writeJson } from './report.ts'
import { spreadOf } from './statistics.ts'
import { formatCount, formatDecimal, formatTable } from './table.ts'
import { openTemporaryFolder } from './temporary-folder.ts'

export const registrationsOptions = {
  devices: { type: 'count', default: 2000, meaning: 'devices to be registered' },
  parallel: { type: 'count', default: 16, meaning: 'registrations under way at the same time' },
  rounds: { type: 'count', default: 3, meaning: 'how often, each on a fresh platform' },
  json: { type: 'file', default: undefined, meaning: 'writes everything measured to FILE' },
} as const satisfies OptionTable

/** How many devices get their credentials per second, with all that belongs to it. */
export async function measureRegistrations(
  options: OptionValues<typeof registrationsOptions>,
): Promise<boolean> {
  const cores = chooseCores()
  using progress = new ProgressLine()
  const samples: { perSecond: number; p50Ms: number; p99Ms: number }[] = []
  const usages: Usage[] = []
  for (let round = 1; round <= options.rounds; round++) {
    progress.begin(`round ${round} of ${options.rounds}`)
    using folder = openTemporaryFolder()
    await using platform = await startPlatform({
      dataDir: folder.path,
      core: coreOf(cores, 'server'),
    })
    await using load = await LoadGenerator.start(coreOf(cores, 'load'), progress.update)
    const { host, port, access } = platform
    const { parallel } = options
    await load.request('register', { access, ids: warmUpIds(options.devices), parallel })
    const stopMeter = startMeter({ serverPid: platform.pid, generatorPid: load.pid, cores })
    const { logins, durationMs, latencies } = await load.request('register', {
      access,
      ids: fleetIds(options.devices),
      parallel,
    })
    usages.push(stopMeter())
    // Credentials count if they open the door.
    await load.connectAll({ host, port, logins })
    const { p50Ms, p99Ms } = latencies
    samples.push({ perSecond: logins.length / (durationMs / 1000), p50Ms, p99Ms })
  }
  progress[Symbol.dispose]()

  const run = describeRun(cores)
  const perSecond = spreadOf(samples.map((sample) => sample.perSecond))
  const [p50Ms, p99Ms] = [
    spreadOf(samples.map((sample) => sample.p50Ms)),
    spreadOf(samples.map((sample) => sample.p99Ms)),
  ]
  console.log(`Registrations: ${options.devices} devices, ${options.parallel} at a time; request,`)
  console.log('first poll, acceptance, poll with credentials, over REST')
  console.log(`${run}\n`)
  console.log(
    formatTable(
      ['', 'median', 'min', 'max'],
      [
        ['registrations/s', ...shown(perSecond, formatCount)],
        ['p50 of one, ms', ...shown(p50Ms, (value) => formatDecimal(value, 1))],
        ['p99 of one, ms', ...shown(p99Ms, (value) => formatDecimal(value, 1))],
      ],
    ),
  )
  console.log(`\n${describeUsage(sumUsages(usages))}`)
  console.log('All devices connected with the credentials that they got.')
  writeJson(options.json, { run, options, samples, usages })
  return true
}

/** A tenth of the devices gets its credentials before, so that code and logins are warm. */
function warmUpIds(devices: number): readonly string[] {
  return fleetIds(Math.ceil(devices / 10)).map((id) => `warm-up-${id}`)
}

function shown(
  { median, min, max }: ReturnType<typeof spreadOf>,
  format: (value: number) => string,
): readonly string[] {
  return [median, min, max].map(format)
}
