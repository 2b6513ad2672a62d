import pino from 'pino'
import { LineOutput } from './line-output.ts'
import { type LogEventId, logEventRow } from './log-events.ts'
import { redact } from './redact.ts'

type LogValue = string | number | boolean | undefined

/** What a line says beside its event; names are stable (reliability ). */
export interface LogFields {
  readonly tenant?: string | undefined
  readonly user?: string | undefined
  /** Identifier of the device. */
  readonly device?: string | undefined
  readonly clientId?: string | undefined
  /** Address of the other side. */
  readonly remote?: string | undefined
  readonly traceId?: string | undefined
  readonly durationMs?: number | undefined
  readonly reason?: string | undefined
  /** Anything thrown; written as code, name, message, stack and cause. */
  readonly error?: unknown
  /** What else belongs to this event. Never a payload, never a secret. */
  readonly more?: Readonly<Record<string, LogValue>>
}

/** Writes one line. */
export type Log = (event: LogEventId, fields?: LogFields) => void

export interface OpenedLog {
  readonly log: Log
  /** Lines that could not be written, for metrics. */
  readonly linesDropped: number
  /** Writes out what waits; for the moment before the process ends. */
  close(): void
}

/**
 * Opens the log: JSON lines on standard error with `ts`, `level`, `event`, `msg` and fields.
 *
 * Writing never blocks the process; where the reader is too slow, lines are dropped and counted.
 *
 * @see security §11.4, reliability
 */
export function openLog(options: {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly now: () => number
  /** Instead of standard error. */
  readonly write?: (line: string) => void
}): OpenedLog {
  let linesDropped = 0
  const countDropped = () => {
    linesDropped++
  }
  const standardError =
    options.write === undefined ? new LineOutput(standardErrorFd, countDropped) : undefined
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"ts":"${new Date(options.now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    standardError ?? { write: options.write ?? (() => {}) },
  )
  const rates = new Map<LogEventId, Rate>()

  const log: Log = (event, fields = {}) => {
    const { level, msg, perSecondMax } = logEventRow(event)
    if (!logger.isLevelEnabled(level)) return
    const suppressed = perSecondMax === undefined ? 0 : admit(rates, event, perSecondMax)
    if (suppressed === undefined) return
    const bounded = boundFields(fields)
    logger[level](suppressed === 0 ? { event, ...bounded } : { event, ...bounded, suppressed }, msg)
  }

  function admit(
    seen: Map<LogEventId, Rate>,
    event: LogEventId,
    perSecondMax: number,
  ): number | undefined {
    const second = Math.floor(options.now() / 1000)
    const known = seen.get(event)
    const rate = known?.second === second ? known : newRate(second, known?.suppressed ?? 0)
    seen.set(event, rate)
    if (rate.written >= perSecondMax) {
      rate.suppressed++
      return undefined
    }
    rate.written++
    const before = rate.suppressed
    rate.suppressed = 0
    return before
  }

  return {
    log,
    get linesDropped() {
      return linesDropped
    },
    close: () => standardError?.flushSync(),
  }
}

const standardErrorFd = 2

/** Of one event in one second. */
interface Rate {
  readonly second: number
  written: number
  /** Since the last line; told by the next one. */
  suppressed: number
}

function newRate(second: number, suppressed: number): Rate {
  return { second, written: 0, suppressed }
}

/** A field is at most 2 KiB and a line 16 KiB (security S-11.10); the rest is for names and `msg`. */
const fieldBytesMax = 2048
const fieldsBytesMax = 14 * 1024
/** Enough of a text to find a whole secret in it before it is cut. */
const redactedCharactersMax = 16 * 1024

/** Blanks what looks like a secret and cuts what is long. */
function boundFields({ error, more, ...fields }: LogFields): Record<string, unknown> {
  const bounded: Record<string, unknown> = {}
  let bytesLeft = fieldsBytesMax
  const add = (target: Record<string, unknown>, name: string, value: unknown) => {
    if (value === undefined) return
    if (typeof value === 'number' || typeof value === 'boolean') {
      target[name] = value
      return
    }
    const whole = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    const text = cut(redact(whole.slice(0, redactedCharactersMax)), bytesLeft)
    bytesLeft -= encodedBytes(text)
    target[name] = text
  }
  for (const [name, value] of Object.entries(fields)) add(bounded, name, value)
  for (const [name, value] of Object.entries(more ?? {})) add(bounded, name, value)
  if (error !== undefined) {
    const described: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(describeError(error))) add(described, name, value)
    bounded.error = described
  }
  return bounded
}

function describeError(error: unknown): Record<string, string | undefined> {
  if (!(error instanceof Error)) return { name: typeof error, message: textOf(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const { name, message, stack } = error
  return { code, name, message, stack, cause: causesOf(error) }
}

const causesMax = 5

/** The chain below an error, in one line. */
function causesOf(error: Error): string | undefined {
  const causes: string[] = []
  let { cause } = error
  while (cause !== undefined && causes.length < causesMax) {
    causes.push(cause instanceof Error ? `${cause.name}: ${cause.message}` : textOf(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return causes.length === 0 ? undefined : causes.join('; ')
}

/** Of something thrown that is no error: text as it is, of all else only the kind. */
function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`
}

function cut(text: string, bytesLeft: number): string {
  const bytesMax = Math.min(fieldBytesMax, Math.max(0, bytesLeft))
  // No character takes more than six bytes, so most texts need no measuring.
  if (text.length * 6 <= bytesMax || encodedBytes(text) <= bytesMax) return text
  let end = Math.min(text.length, bytesMax)
  while (end > 0 && encodedBytes(text.slice(0, end)) + 3 > bytesMax) {
    end = Math.floor(end * 0.9)
  }
  return `${text.slice(0, end).toWellFormed()}…`
}

function encodedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}
