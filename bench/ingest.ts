import { CommandLineError, type OptionTable, type OptionValues } from './command-line.ts'
import { measureIdleMemory } from './idle-memory.ts'
import { LoadGenerator } from './load-generator/load-generator.ts'
import { type Cores, chooseCores, coreOf } from './machine.ts'
import { findAedes } from './peers/aedes.ts'
import { findMosquitto } from './peers/mosquitto.ts'
import { type Peer, PeerMissingError, type RunningPeer } from './peers/peer.ts'
import { preparePileus } from './peers/pileus.ts'
import { readResidentBytes } from './process-usage.ts'
import { ProgressLine } from './progress.ts'
import { describeRun, writeJson } from './report.ts'
import { median, type Spread, spreadOf } from './statistics.ts'
import { formatCount, formatDecimal, formatTable } from './table.ts'
import { isWorkloadName, type WorkloadName, workloads } from './workloads.ts'

export const ingestOptions = {
  devices: { type: 'count', default: 1000, meaning: 'connections, each of its own device' },
  'in-flight': {
    type: 'count',
    default: 20,
    meaning: 'unacknowledged messages of each connection, up to 512',
  },
  workloads: {
    type: 'names',
    default: Object.keys(workloads),
    meaning: 'what is published',
  },
  peers: { type: 'names', default: ['pileus', 'mosquitto', 'aedes'], meaning: 'who is measured' },
  rounds: { type: 'count', default: 3, meaning: 'how often each of them has its turn' },
  'warm-up': { type: 'seconds', default: 2, meaning: 'full load before each measurement' },
  seconds: { type: 'seconds', default: 5, meaning: 'how long each measurement takes' },
  messages: {
    type: 'count',
    default: undefined,
    meaning: 'ends a measurement after so many messages, warm-up included, instead of --seconds',
  },
  'paced-rate': { type: 'count', default: 5000, meaning: 'rows/s at which PUBACK is timed' },
  'paced-seconds': { type: 'seconds', default: 3, meaning: 'how long' },
  'idle-connections': {
    type: 'count',
    default: 2000,
    meaning: 'connections over which the memory of one is measured',
  },
  without: { type: 'names', default: [], meaning: 'leaves out latency, memory' },
  json: { type: 'file', default: undefined, meaning: 'writes everything measured to FILE' },
} as const satisfies OptionTable

/** What takes time and is not always asked for. */
const optionalParts: readonly string[] = ['latency', 'memory']

type Options = OptionValues<typeof ingestOptions>

/** One peer, one workload, one round. */
interface Sample {
  readonly peer: string
  readonly workload: WorkloadName
  readonly round: number
  readonly acknowledgedPerSecond: number
  readonly serverCpuUsPerMessage: number
  /** How much of one core's time a side used, 0 to 1 (more if it has more cores). */
  readonly serverLoad: number
  readonly generatorLoad: number
  /** What other programs took of the two cores, 0 to 2. */
  readonly foreignLoad: number
  readonly paced?: Paced
  readonly residentMb: number
  /** Absent where nothing is stored. */
  readonly rows?: { readonly acknowledged: number; readonly stored: number }
}

interface Paced {
  readonly pubackP50Ms: number
  readonly pubackP99Ms: number
  readonly messagesPerSecond: number
  /** What should have been reached. */
  readonly messagesPerSecondDue: number
}

/** From here on the generator, not the server, may be what is measured. */
const saturatedLoad = 0.95

/** Other programs on the two cores are worth a word from here on. */
const foreignLoadMax = 0.05

/** Code and caches are warm from the measurement before. */
const pacedWarmUpMs = 500

/** A schedule that was kept to this part still counts as kept. */
const keptPace = 0.98

/**
 * How many messages per second are acknowledged, and at what price, with other brokers beside
 * us in the same run: one after the other in alternating rounds, so that a machine that slows
 * down in between slows down everybody.
 */
export async function measureIngest(options: Options): Promise<boolean> {
  const workloadNames = checkOptions(options)
  const cores = chooseCores()
  using progress = new ProgressLine()
  const { peers, missing, release } = await findPeers(options, progress)
  try {
    const samples: Sample[] = []
    for (let round = 1; round <= options.rounds; round++) {
      for (const workload of workloadNames) {
        for (const peer of peers) {
          progress.begin(`round ${round} of ${options.rounds}, ${workload}, ${peer.name}`)
          samples.push(await measureOnce({ peer, workload, round, options, cores, progress }))
        }
      }
    }
    const idleBytes: Record<string, number> = {}
    for (const peer of options.without.includes('memory') ? [] : peers) {
      progress.begin(`idle connections, ${peer.name}`)
      idleBytes[peer.name] = await measureIdleMemory(
        peer,
        options['idle-connections'],
        cores,
        progress,
      )
    }
    progress[Symbol.dispose]()
    report({ options, cores, peers, missing, samples, idleBytes, workloadNames })
    return samples.every(hasStoredAll)
  } finally {
    release()
  }
}

function checkOptions(options: Options): readonly WorkloadName[] {
  if (options['in-flight'] > 512) throw new CommandLineError('--in-flight is at most 512')
  for (const part of options.without) {
    if (optionalParts.includes(part)) continue
    throw new CommandLineError(`--without takes ${optionalParts.join(', ')}, not "${part}"`)
  }
  return options.workloads.map((name) => {
    if (isWorkloadName(name)) return name
    throw new CommandLineError(
      `There is no workload "${name}", only ${Object.keys(workloads).join(', ')}`,
    )
  })
}

interface FoundPeers {
  readonly peers: readonly Peer[]
  /** Why somebody who was asked for does not take part. */
  readonly missing: readonly string[]
  readonly release: () => void
}

async function findPeers(options: Options, progress: ProgressLine): Promise<FoundPeers> {
  const idleConnections = options.without.includes('memory') ? 0 : options['idle-connections']
  const fleetSize = Math.max(options.devices, idleConnections)
  const peers: Peer[] = []
  const missing: string[] = []
  const releases: (() => void)[] = []
  for (const name of options.peers) {
    try {
      switch (name) {
        case 'pileus': {
          const pileus = await preparePileus(fleetSize, progress)
          releases.push(() => pileus[Symbol.dispose]())
          peers.push(pileus)
          break
        }
        case 'mosquitto':
          peers.push(findMosquitto())
          break
        case 'aedes':
          peers.push(findAedes())
          break
        default:
          throw new CommandLineError(`There is no peer "${name}", only pileus, mosquitto, aedes`)
      }
    } catch (error) {
      if (!(error instanceof PeerMissingError)) throw error
      missing.push(error.message)
    }
  }
  return { peers, missing, release: () => releases.forEach((release) => release()) }
}

interface Turn {
  readonly peer: Peer
  readonly workload: WorkloadName
  readonly round: number
  readonly options: Options
  readonly cores: Cores
  readonly progress: ProgressLine
}

/** Starts a server and a generator that nobody has used before, so that all have the same start. */
async function measureOnce(turn: Turn): Promise<Sample> {
  const { peer, workload, round, options, cores, progress } = turn
  await using server = await peer.start(coreOf(cores, 'server'))
  await using load = await LoadGenerator.start(coreOf(cores, 'load'), progress.update)
  const { host, port, pid } = server
  await load.connectAll({ host, port, logins: server.logins(options.devices) })
  const fast = await load.request('publish', {
    workload,
    inFlight: options['in-flight'],
    warmUpMs: options['warm-up'] * 1000,
    until:
      options.messages === undefined
        ? { afterMs: options.seconds * 1000 }
        : { messages: options.messages },
    serverPid: pid,
    cores,
  })
  const residentMb = readResidentBytes(pid) / 1e6
  const paced = options.without.includes('latency') ? undefined : await measurePaced(turn, load)
  const { acknowledged, durationMs, serverCpuMs, generatorCpuMs, foreignCpuMs } = fast.measured
  return {
    peer: peer.name,
    workload,
    round,
    acknowledgedPerSecond: acknowledged / (durationMs / 1000),
    serverCpuUsPerMessage: (serverCpuMs * 1000) / acknowledged,
    serverLoad: serverCpuMs / durationMs,
    generatorLoad: generatorCpuMs / durationMs,
    foreignLoad: foreignCpuMs / durationMs,
    residentMb,
    ...(paced && { paced: paced.figures }),
    ...(await countRows(server, workload, fast.acknowledged + (paced?.acknowledged ?? 0))),
  }
}

async function measurePaced(
  { workload, options, progress }: Turn,
  load: LoadGenerator,
): Promise<{ readonly figures: Paced; readonly acknowledged: number }> {
  progress.update('timing PUBACK')
  const messagesPerSecondDue = options['paced-rate'] / workloads[workload].rowsPerMessage
  const { acknowledged, latencies, perSecond } = await load.request('pace', {
    workload,
    perSecond: messagesPerSecondDue,
    warmUpMs: pacedWarmUpMs,
    measureMs: options['paced-seconds'] * 1000,
  })
  const figures = {
    pubackP50Ms: latencies.p50Ms,
    pubackP99Ms: latencies.p99Ms,
    messagesPerSecond: perSecond,
    messagesPerSecondDue,
  }
  return { figures, acknowledged }
}

async function countRows(
  server: RunningPeer,
  workload: WorkloadName,
  messages: number,
): Promise<Pick<Sample, 'rows'>> {
  if (server.countRows === undefined) return {}
  const acknowledged = messages * workloads[workload].rowsPerMessage
  return { rows: { acknowledged, stored: await server.countRows() } }
}

function hasStoredAll({ rows }: Sample): boolean {
  return rows === undefined || rows.acknowledged === rows.stored
}

interface Measured {
  readonly options: Options
  readonly cores: Cores
  readonly peers: readonly Peer[]
  readonly missing: readonly string[]
  readonly samples: readonly Sample[]
  readonly idleBytes: Readonly<Record<string, number>>
  readonly workloadNames: readonly WorkloadName[]
}

/** The samples of one peer and workload, put together. */
interface Summary {
  readonly workload: WorkloadName
  readonly peer: string
  readonly acknowledgedPerSecond: Spread
  readonly ratioToMosquitto: number | undefined
  readonly serverCpuUsPerMessage: number
  readonly serverLoad: number
  readonly generatorLoad: number
  readonly pubackP50Ms: number
  readonly pubackP99Ms: number
  readonly idleConnectionKb: number | undefined
  readonly residentMb: number
}

function report(measured: Measured): void {
  const { options, cores, peers, missing, samples, workloadNames } = measured
  const summaries = workloadNames.flatMap((workload) =>
    peers.map((peer) => summarize(measured, workload, peer.name)),
  )
  const run = describeRun(cores)
  console.log(`Ingest: ${options.devices} connections, QoS 1, ${options['in-flight']} in flight,`)
  console.log(`${options.rounds} rounds in turn, each on a fresh server`)
  console.log(run)
  for (const peer of peers) console.log(`  ${peer.name}: ${peer.description}`)
  for (const name of workloadNames) console.log(`  ${name}: ${workloads[name].summary}`)
  console.log(`\n${formatSummaries(summaries, options)}\n`)
  for (const note of [...missing, ...costOfTemplates(summaries), ...notesOn(samples)]) {
    console.log(note)
  }
  const peerNames = Object.fromEntries(peers.map(({ name, description }) => [name, description]))
  writeJson(options.json, { run, options, peers: peerNames, missing, summaries, samples })
}

function summarize(measured: Measured, workload: WorkloadName, peer: string): Summary {
  const of = (name: string): readonly Sample[] =>
    measured.samples.filter((sample) => sample.workload === workload && sample.peer === name)
  const samples = of(peer)
  const middle = (pick: (sample: Sample) => number): number => median(samples.map(pick))
  const acknowledgedPerSecond = spreadOf(samples.map((sample) => sample.acknowledgedPerSecond))
  const reference = median(of('mosquitto').map((sample) => sample.acknowledgedPerSecond))
  return {
    workload,
    peer,
    acknowledgedPerSecond,
    ratioToMosquitto: Number.isNaN(reference)
      ? undefined
      : acknowledgedPerSecond.median / reference,
    serverCpuUsPerMessage: middle((sample) => sample.serverCpuUsPerMessage),
    serverLoad: middle((sample) => sample.serverLoad),
    generatorLoad: middle((sample) => sample.generatorLoad),
    pubackP50Ms: middle(({ paced }) => paced?.pubackP50Ms ?? Number.NaN),
    pubackP99Ms: middle(({ paced }) => paced?.pubackP99Ms ?? Number.NaN),
    idleConnectionKb: (measured.idleBytes[peer] ?? Number.NaN) / 1000,
    residentMb: middle((sample) => sample.residentMb),
  }
}

function formatSummaries(summaries: readonly Summary[], options: Options): string {
  const heading = [
    'workload',
    'peer',
    'acked/s',
    'min',
    'max',
    '× Mosquitto',
    'server µs/msg',
    'server core',
    'load core',
    `PUBACK p50 at ${options['paced-rate']} rows/s`,
    'p99',
    'idle connection',
    'RSS',
  ]
  const rows = summaries.map((summary) => [
    summary.workload,
    summary.peer,
    formatCount(summary.acknowledgedPerSecond.median),
    formatCount(summary.acknowledgedPerSecond.min),
    formatCount(summary.acknowledgedPerSecond.max),
    formatDecimal(summary.ratioToMosquitto, 2),
    formatDecimal(summary.serverCpuUsPerMessage, 1),
    `${formatCount(summary.serverLoad * 100)} %`,
    `${formatCount(summary.generatorLoad * 100)} %${isSaturated(summary) ? '*' : ''}`,
    formatDecimal(summary.pubackP50Ms, 2, 'ms'),
    formatDecimal(summary.pubackP99Ms, 2, 'ms'),
    formatDecimal(summary.idleConnectionKb, 1, 'KB'),
    `${formatCount(summary.residentMb)} MB`,
  ])
  return formatTable(heading, rows, 2)
}

/** What a row of a template collection costs beside a static one that stores the same. */
function costOfTemplates(summaries: readonly Summary[]): readonly string[] {
  const of = (name: WorkloadName) =>
    summaries.find(({ workload, peer }) => workload === name && peer === 'pileus')
  const [custom, rows] = [of('custom'), of('rows')]
  if (custom === undefined || rows === undefined) return []
  const ratio = custom.serverCpuUsPerMessage / rows.serverCpuUsPerMessage
  return [`A row of custom costs ${formatDecimal(ratio, 2)} × the processor time of one of rows.`]
}

function isSaturated({ generatorLoad }: Pick<Summary, 'generatorLoad'>): boolean {
  return generatorLoad >= saturatedLoad
}

function notesOn(samples: readonly Sample[]): readonly string[] {
  const notes = samples.flatMap((sample) => {
    const { rows, peer, workload, round, paced, foreignLoad } = sample
    const where = `${peer}, ${workload}, round ${round}`
    const problems: string[] = []
    if (rows !== undefined && !hasStoredAll(sample)) {
      problems.push(`FAILED: ${where}: ${rows.acknowledged} acknowledged, ${rows.stored} stored`)
    }
    if (foreignLoad > foreignLoadMax) {
      const percent = formatCount(foreignLoad * 100)
      problems.push(`${where}: other programs took ${percent} % of a core; the figures are too low`)
    }
    if (paced && paced.messagesPerSecond < keptPace * paced.messagesPerSecondDue) {
      const [reached, due] = [paced.messagesPerSecond, paced.messagesPerSecondDue].map(formatCount)
      problems.push(`${where}: ${reached} instead of ${due} messages/s when paced`)
    }
    return problems
  })
  const counted = samples.flatMap(({ rows }) => (rows === undefined ? [] : [rows.acknowledged]))
  if (counted.length > 0 && samples.every(hasStoredAll)) {
    const total = counted.reduce((sum, rows) => sum + rows, 0)
    notes.push(`All ${formatCount(total)} acknowledged rows were counted over REST.`)
  }
  if (samples.some(isSaturated)) {
    notes.push(
      '* The load generator had no time left: a lower bound, unless the server was full as well.',
    )
  }
  return notes
}
