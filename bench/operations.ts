import type { OptionTable, OptionValues } from './command-line.ts'
import { LoadGenerator } from './load-generator/load-generator.ts'
import { chooseCores, coreOf } from './machine.ts'
import { describeUsage, startMeter } from './meter.ts'
import { countItems, openRestClient } from './platform-access.ts'
import { PreparedPlatform } from './prepared-platform.ts'
import { ProgressLine } from './progress.ts'
import { describeRun, writeJson } from './report.ts'
import { formatCount, formatDecimal, formatTable } from './table.ts'

export const operationsOptions = {
  devices: { type: 'count', default: 1000, meaning: 'devices online, each subscribed to s/ds' },
  rate: { type: 'count', default: 500, meaning: 'operations created per second' },
  'warm-up': { type: 'seconds', default: 2, meaning: 'the same, before the measurement' },
  seconds: { type: 'seconds', default: 10, meaning: 'how long the measurement takes' },
  json: { type: 'file', default: undefined, meaning: 'writes everything measured to FILE' },
} as const satisfies OptionTable

/** How long an operation takes from the REST interface to its device, at a steady rate. */
export async function measureOperations(
  options: OptionValues<typeof operationsOptions>,
): Promise<boolean> {
  const cores = chooseCores()
  using progress = new ProgressLine()
  using prepared = await PreparedPlatform.prepare(options.devices, progress)
  await using platform = await prepared.start(coreOf(cores, 'server'))
  await using load = await LoadGenerator.start(coreOf(cores, 'load'), progress.update)
  progress.begin(`${options.rate} operations per second`)
  const { host, port, access } = platform
  await load.connectAll({ host, port, logins: prepared.logins, filter: 's/ds' })
  const stopMeter = startMeter({ serverPid: platform.pid, generatorPid: load.pid, cores })
  const measured = await load.request('operate', {
    access,
    perSecond: options.rate,
    warmUpMs: options['warm-up'] * 1000,
    measureMs: options.seconds * 1000,
  })
  const usage = stopMeter()
  using admin = openRestClient(access, access.admin)
  const successful = await countItems(admin, '/devicecontrol/operations?status=SUCCESSFUL')
  progress[Symbol.dispose]()

  const run = describeRun(cores)
  const rows = [
    { from: 'REST 201 → row at the device', latencies: measured.afterAnswer },
    { from: 'request due → row at the device', latencies: measured.afterRequest },
  ].map(({ from, latencies }) => [
    from,
    formatCount(latencies.count),
    ...[latencies.p50Ms, latencies.p99Ms, latencies.maxMs].map((timeMs) =>
      formatDecimal(timeMs, 2, 'ms'),
    ),
  ])
  console.log(`Operations: ${options.devices} devices online, ${options.rate} created per second`)
  console.log(`(${formatCount(measured.perSecond)} reached), each carried out at once`)
  console.log(`${run}\n`)
  console.log(formatTable(['', 'operations', 'p50', 'p99', 'max'], rows))
  console.log(`\n${describeUsage(usage)}`)
  console.log(
    successful === measured.created
      ? `All ${formatCount(successful)} operations were counted as SUCCESSFUL over REST.`
      : `FAILED: ${measured.created} created, ${successful} SUCCESSFUL over REST`,
  )
  writeJson(options.json, { run, options, ...measured, usage, successful })
  return successful === measured.created
}
