/** One number of a counter or gauge. Hot paths keep the cell and write `cell.value++`. */
export interface Cell {
  value: number
}

/** The labels of a row as arguments, in their order. */
export type LabelValues<Labels extends readonly string[]> = {
  readonly [Index in keyof Labels]: string
}

/** Values of one combination of labels. */
export interface Series<Value> {
  readonly labels: readonly string[]
  readonly value: Value
}

/** More combinations of labels than this share one, so that no mistake can fill the memory. */
const seriesMax = 500
const overflow = 'other'

/** The series of one metric, by their labels. */
class SeriesTable<Value> {
  readonly #byLabels = new Map<string, Series<Value>>()
  readonly #create: () => Value

  constructor(create: () => Value) {
    this.#create = create
  }

  of(labels: readonly string[]): Value {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\0')
    const known = this.#byLabels.get(key)
    if (known !== undefined) return known.value
    const isOverflow = labels.every((label) => label === overflow)
    if (this.#byLabels.size >= seriesMax && !isOverflow) return this.of(labels.map(() => overflow))
    const value = this.#create()
    this.#byLabels.set(key, { labels, value })
    return value
  }

  [Symbol.iterator](): Iterator<Series<Value>> {
    return this.#byLabels.values()
  }
}

/** A counter or a gauge: plain numbers, read when somebody looks. */
export class Numbers<Labels extends readonly string[]> {
  readonly #series = new SeriesTable<Cell>(() => ({ value: 0 }))

  cell(...labels: LabelValues<Labels>): Cell {
    return this.#series.of(labels)
  }

  add(amount: number, ...labels: LabelValues<Labels>): void {
    this.#series.of(labels).value += amount
  }

  /** Also for counters that another part keeps and that are copied when somebody looks. */
  set(value: number, ...labels: LabelValues<Labels>): void {
    this.#series.of(labels).value = value
  }

  get series(): Iterable<Series<Cell>> {
    return this.#series
  }
}

/** How often values fell into each bucket. */
export class Distribution {
  /** One more than there are bounds: the last counts what is above all of them. */
  readonly counts: Float64Array
  sum = 0
  readonly #bounds: readonly number[]

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    const bounds = this.#bounds
    let index = 0
    while (index < bounds.length && value > (bounds[index] ?? 0)) index++
    this.counts[index] = (this.counts[index] ?? 0) + 1
    this.sum += value
  }
}

/** A histogram. */
export class Distributions<Labels extends readonly string[]> {
  readonly bounds: readonly number[]
  readonly #series: SeriesTable<Distribution>

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#series = new SeriesTable(() => new Distribution(bounds))
  }

  distribution(...labels: LabelValues<Labels>): Distribution {
    return this.#series.of(labels)
  }

  observe(value: number, ...labels: LabelValues<Labels>): void {
    this.#series.of(labels).observe(value)
  }

  get series(): Iterable<Series<Distribution>> {
    return this.#series
  }
}
