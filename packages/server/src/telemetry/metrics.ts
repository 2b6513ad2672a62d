import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type Cell, Distributions, Numbers, type Series } from './instruments.ts'
import { type MetricName, metricRow, metricRows } from './metric-rows.ts'

const prefix = 'platform_'

type Instruments = {
  readonly [Name in MetricName]: (typeof metricRows)[Name]['type'] extends 'histogram'
    ? Distributions<(typeof metricRows)[Name]['labels']>
    : Numbers<(typeof metricRows)[Name]['labels']>
}

/**
 * Counts what happens. Writing is adding to a plain number; names, labels and text are only made
 * when somebody looks.
 */
export interface Metrics extends Instruments {
  /** Called before each look, to copy numbers that other parts keep. */
  onLook(copy: () => void): void
  /** Everything in the text format of Prometheus. */
  format(): Promise<string>
  readonly contentType: string
}

export function buildMetrics(): Metrics {
  const registry = new Registry()
  const copies: (() => void)[] = []
  const instruments = Object.fromEntries(
    (Object.keys(metricRows) as MetricName[]).map((name) => [name, instrumentFor(name, registry)]),
  ) as Instruments
  collectDefaultMetrics({ prefix, register: registry })
  copies.push(watchEventLoop(instruments.eventLoopDelaySeconds))
  return {
    ...instruments,
    onLook: (copy) => copies.push(copy),
    async format() {
      for (const copy of copies) copy()
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}

function instrumentFor(name: MetricName, registry: Registry): unknown {
  const row = metricRow(name)
  const { type, help, labels, buckets = [] } = row
  const configuration = { name: `${prefix}${row.name}`, help, labelNames: [...labels] }
  if (type === 'histogram') {
    const distributions = new Distributions<[]>(buckets)
    registry.registerMetric(new LookedAtHistogram(configuration, distributions))
    return distributions
  }
  const numbers = new Numbers<[]>()
  const metric = {
    ...configuration,
    registers: [registry],
    collect(this: { reset(): void; inc(labels: Record<string, string>, value: number): void }) {
      this.reset()
      for (const series of numbers.series) this.inc(labelled(labels, series), series.value.value)
    },
  }
  if (type === 'counter') new Counter(metric)
  else new Gauge(metric)
  // Without labels there is one series, and it is there from the start.
  if (labels.length === 0) numbers.set(0)
  return numbers
}

/** A histogram of the library whose numbers are kept by us. */
class LookedAtHistogram extends Histogram {
  readonly #described: { readonly name: string; readonly help: string; readonly type: string }
  readonly #labels: readonly string[]
  readonly #distributions: Distributions<[]>

  constructor(
    configuration: { readonly name: string; readonly help: string; readonly labelNames: string[] },
    distributions: Distributions<[]>,
  ) {
    super({ ...configuration, registers: [] })
    const { name, help, labelNames } = configuration
    this.#described = { name, help, type: 'histogram' }
    this.#labels = labelNames
    this.#distributions = distributions
    if (labelNames.length === 0) distributions.distribution()
  }

  /** The library's way to ask for what it formats; `get` builds on it as well. */
  getForPromString() {
    const { name } = this.#described
    const values: { metricName: string; labels: Record<string, string | number>; value: number }[] =
      []
    for (const series of this.#distributions.series) {
      const labels = labelled(this.#labels, series)
      const { counts, sum } = series.value
      let below = 0
      for (const [index, count] of counts.entries()) {
        below += count
        const le = this.#distributions.bounds[index] ?? '+Inf'
        values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: below })
      }
      values.push(
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: below },
      )
    }
    return { ...this.#described, values }
  }
}

function labelled(names: readonly string[], { labels }: Series<unknown>): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, labels[index] ?? '']))
}

const nanosecondsPerSecond = 1e9
const samplingMs = 10
const quantiles = [0.5, 0.99, 1] as const

/** Gives what copies the delays since the last look. */
function watchEventLoop(gauge: Numbers<readonly ['quantile']>): () => void {
  const delays = monitorEventLoopDelay({ resolution: samplingMs })
  delays.enable()
  const cells = quantiles.map((quantile): readonly [number, Cell] => [
    quantile,
    gauge.cell(String(quantile)),
  ])
  return () => {
    for (const [quantile, cell] of cells) {
      // What is measured is the time between two samples, so an idle loop shows the pause itself.
      const betweenSeconds = delays.percentile(quantile * 100) / nanosecondsPerSecond
      cell.value = Math.max(0, betweenSeconds - samplingMs / 1000)
    }
    delays.reset()
  }
}
