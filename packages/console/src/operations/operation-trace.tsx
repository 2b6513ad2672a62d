import { DeviceText } from '../parts/device-text.tsx'
import { Elapsed } from '../parts/time.tsx'
import { formatAbsolute, formatClockTime } from '../parts/time-words.ts'
import { classes } from '../visual/classes.ts'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import styles from './operation-trace.module.css'
import { operationsWords } from './operations-words.ts'
import type { Hop, Trace } from './trace-words.ts'
import { describeAwaited, describeHop, formatSpan } from './trace-words.ts'

const marks = {
  requested: 'check',
  sent: 'check',
  acknowledged: 'check',
  executing: 'halfCircle',
  successful: 'check',
  failed: 'cross',
} as const satisfies Record<Hop['name'], IconName>

/** The way of an operation, step by step, and what it waits for (console §5.5). */
export function OperationTrace({
  trace: { hops, awaits },
  row,
}: {
  readonly trace: Trace
  /** What a static template makes of the operation. */
  readonly row: string | undefined
}) {
  const awaited = awaits === undefined ? undefined : describeAwaited(awaits, row)
  const lastAt = hops.at(-1)?.time
  return (
    <ol className={styles.trace} data-testid="trace" aria-label={operationsWords.details.trace}>
      {hops.map((hop, index) => {
        const { name, time, deltaMs } = hop
        const { words, meaning, isCancelled } = describeHop(hop)
        return (
          <li
            key={index}
            className={classes(styles.hop, !isCancelled && styles[name])}
            data-testid={`hop-${name}`}
          >
            <span className={styles.mark}>
              <Icon name={isCancelled ? 'cancelled' : marks[name]} />
            </span>
            <div className={styles.words}>
              <span className={styles.name}>{words}</span>
              <span className={styles.meaning}>
                <DeviceText>{meaning}</DeviceText>
              </span>
            </div>
            <div className={styles.when}>
              <time dateTime={time} title={formatAbsolute(Date.parse(time))}>
                {formatClockTime(Date.parse(time))}
              </time>
              {deltaMs !== undefined && (
                <span className={styles.delta}>+{formatSpan(deltaMs)}</span>
              )}
            </div>
          </li>
        )
      })}
      {awaited !== undefined && (
        <li className={classes(styles.hop, styles.awaited)} aria-current="step">
          <span className={styles.mark}>
            <Icon name="hourglass" />
          </span>
          <div className={styles.words}>
            <span className={styles.name}>{awaited.title}</span>
            <span className={styles.meaning}>{awaited.check}</span>
          </div>
          <div className={styles.when}>
            {lastAt !== undefined && <Elapsed since={Date.parse(lastAt)} />}
          </div>
        </li>
      )}
      {awaited?.ahead.slice(1).map((words) => (
        <li key={words} className={classes(styles.hop, styles.ahead)}>
          <span className={styles.mark} />
          <div className={styles.words}>
            <span className={styles.name}>{words}</span>
          </div>
        </li>
      ))}
    </ol>
  )
}
