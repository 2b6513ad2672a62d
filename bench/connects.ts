import type { OptionTable, OptionValues } from './command-line.ts'
import { LoadGenerator } from './load-generator/load-generator.ts'
import { chooseCores, coreOf } from './machine.ts'
import { describeUsage, startMeter, sumUsages, type Usage } from './meter.ts'
import { PreparedPlatform } from './prepared-platform.ts'
import { ProgressLine } from './progress.ts'
import { describeRun, writeJson } from './report.ts'
import { median, spreadOf } from './statistics.ts'
import { formatCount, formatDecimal, formatTable } from './table.ts'

export const connectsOptions = {
  devices: { type: 'count', default: 5000, meaning: 'devices that come back at the same time' },
  parallel: { type: 'count', default: 1000, meaning: 'connections being opened at any moment' },
  rounds: { type: 'count', default: 3, meaning: 'storms after each other on one platform' },
  json: { type: 'file', default: undefined, meaning: 'writes everything measured to FILE' },
} as const satisfies OptionTable

interface Storm {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuUsPerConnect: number
  readonly refused: number
  readonly usage: Usage
}

/** How many devices per second come back with their passwords after all were cut off. */
export async function measureConnects(
  options: OptionValues<typeof connectsOptions>,
): Promise<boolean> {
  const cores = chooseCores()
  using progress = new ProgressLine()
  using prepared = await PreparedPlatform.prepare(options.devices, progress)
  await using platform = await prepared.start(coreOf(cores, 'server'))
  await using load = await LoadGenerator.start(coreOf(cores, 'load'), progress.update)
  const { host, port } = platform
  progress.begin('first connection')
  await load.connectAll({ host, port, logins: prepared.logins, filter: 's/ds' })
  const storms: Storm[] = []
  for (let round = 1; round <= options.rounds; round++) {
    progress.begin(`storm ${round} of ${options.rounds}`)
    await load.request('disconnect', {})
    const stopMeter = startMeter({ serverPid: platform.pid, generatorPid: load.pid, cores })
    const { accepted, refused, durationMs, latencies } = await load.request('connect', {
      host,
      port,
      logins: prepared.logins,
      parallel: options.parallel,
      filter: 's/ds',
    })
    const usage = stopMeter()
    storms.push({
      perSecond: accepted / (durationMs / 1000),
      p50Ms: latencies.p50Ms,
      p99Ms: latencies.p99Ms,
      serverCpuUsPerConnect: (usage.serverCpuMs * 1000) / accepted,
      refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
      usage,
    })
  }
  progress[Symbol.dispose]()

  const run = describeRun(cores)
  const perSecond = spreadOf(storms.map((storm) => storm.perSecond))
  const refused = storms.reduce((sum, storm) => sum + storm.refused, 0)
  console.log(`Connects: ${options.devices} devices at once, ${options.parallel} being opened at`)
  console.log('any moment; password, CONNACK, subscription of s/ds, SUBACK')
  console.log(`${run}\n`)
  console.log(
    formatTable(
      ['', 'connects/s', 'min', 'max', 'p50', 'p99', 'server µs', 'refused'],
      [
        [
          'pileus',
          formatCount(perSecond.median),
          formatCount(perSecond.min),
          formatCount(perSecond.max),
          formatDecimal(median(storms.map((storm) => storm.p50Ms)), 1, 'ms'),
          formatDecimal(median(storms.map((storm) => storm.p99Ms)), 1, 'ms'),
          formatCount(median(storms.map((storm) => storm.serverCpuUsPerConnect))),
          formatCount(refused),
        ],
      ],
    ),
  )
  console.log(`\n${describeUsage(sumUsages(storms.map((storm) => storm.usage)))}`)
  if (refused > 0) console.log(`FAILED: ${refused} connections were refused`)
  writeJson(options.json, { run, options, storms })
  return refused === 0
}
