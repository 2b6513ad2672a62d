import { DeviceText } from '../parts/device-text.tsx'
import { Elapsed } from '../parts/time.tsx'
import { formatAbsolute, formatClockTime } from '../parts/time-words.ts'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './operation-trace.module.css'
import { operationsWords } from './operations-words.ts'
import type { Trace } from './trace-words.ts'
import { describeAwaited, formatSpan, hopRows } from './trace-words.ts'

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
      {hops.map(({ name, time, deltaMs, detail }, index) => (
        <li key={index} className={classes(styles.hop, styles[name])} data-testid={`hop-${name}`}>
          <span className={styles.mark}>
            {name === 'failed' ? (
              <Icon name="cross" />
            ) : (
              <Icon name={name === 'executing' ? 'halfCircle' : 'check'} />
            )}
          </span>
          <div className={styles.words}>
            <span className={styles.name}>{hopRows[name].words}</span>
            <span className={styles.meaning}>
              {detail === undefined ? hopRows[name].meaning : <DeviceText>{detail}</DeviceText>}
            </span>
          </div>
          <div className={styles.when}>
            <time dateTime={time} title={formatAbsolute(Date.parse(time))}>
              {formatClockTime(Date.parse(time))}
            </time>
            {deltaMs !== undefined && <span className={styles.delta}>+{formatSpan(deltaMs)}</span>}
          </div>
        </li>
      ))}
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
