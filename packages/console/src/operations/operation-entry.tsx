import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { DeviceText } from '../parts/device-text.tsx'
import { Entry } from '../parts/entry-list.tsx'
import { StatusChip } from '../parts/status-chip.tsx'
import { Time, useClock } from '../parts/time.tsx'
import type { Operation } from './operation.ts'
import { findShellExchange, shownStatus } from './operation.ts'
import { OperationDetails } from './operation-details.tsx'
import styles from './operation-entry.module.css'
import { describeOperation } from './operation-sentence.ts'
import { useOperation, useTrace } from './operations-data.ts'
import { operationsWords as words } from './operations-words.ts'
import type { Durations } from './trace-words.ts'
import { formatSpan, measureTrace } from './trace-words.ts'

export interface OperationEntryProps {
  readonly operation: Operation
  readonly device: ManagedObjectRepresentation
  readonly isOpen: boolean
  readonly isGone: boolean
  readonly onToggle: () => void
  /** The same was asked again. */
  readonly onCreated: (operation: Operation) => void
}

export function OperationEntry({
  operation: listed,
  device,
  isOpen,
  isGone,
  onToggle,
  onCreated,
}: OperationEntryProps) {
  // What has left the list is told as it is now, too.
  const operation = useOperation(isGone ? listed.id : undefined).data ?? listed
  const trace = useTrace(operation, isOpen)
  const sentence = describeOperation(operation)
  const command = findShellExchange(operation)?.command
  const status = shownStatus(operation)
  return (
    <Entry
      id={operation.id}
      isOpen={isOpen}
      isGone={isGone}
      onToggle={onToggle}
      headClass={styles.head}
      title={<DeviceText linesMax={2}>{sentence}</DeviceText>}
      head={
        <>
          <span className={styles.status}>
            <StatusChip concept="operation" status={status} />
          </span>
          {(command !== undefined || (status === 'FAILED' && operation.failureReason)) && (
            <div className={styles.more}>
              {command !== undefined && !sentence.includes(command) && (
                <DeviceText isCode linesMax={1}>
                  {command}
                </DeviceText>
              )}
              {status === 'FAILED' && operation.failureReason !== undefined && (
                <span className={styles.reason}>
                  <DeviceText linesMax={2}>{operation.failureReason}</DeviceText>
                </span>
              )}
            </div>
          )}
          <span className={styles.spans}>
            <Spans
              durations={
                trace.data === undefined ? waitingSince(operation) : measureTrace(trace.data.hops)
              }
            />
          </span>
          <span className={styles.time}>
            <Time value={operation.creationTime} isShort />
          </span>
        </>
      }
      details={() => (
        <OperationDetails
          operation={operation}
          device={device}
          trace={trace}
          onCreated={onCreated}
        />
      )}
    />
  )
}

/** What is known without its trace. */
function waitingSince({ status, creationTime }: Operation): Durations {
  return status === 'PENDING' ? { since: Date.parse(creationTime) } : {}
}

/** How long it waited and took; what goes on grows by the second. */
function Spans({ durations }: { readonly durations: Durations }) {
  return useClock((now) => describeSpans(durations, now))
}

function describeSpans({ waitedMs, executedMs, since }: Durations, now: number): string {
  const runningMs = since === undefined ? undefined : now - since
  const waiting = waitedMs === undefined ? runningMs : undefined
  const running = waitedMs === undefined ? undefined : runningMs
  return [
    ...(waitedMs === undefined ? [] : [words.waited(formatSpan(waitedMs), false)]),
    ...(waiting === undefined ? [] : [words.waited(formatWholeSeconds(waiting), true)]),
    ...(executedMs === undefined ? [] : [words.executed(formatSpan(executedMs), false)]),
    ...(running === undefined ? [] : [words.executed(formatWholeSeconds(running), true)]),
  ].join(' · ')
}

/** For what is still growing. */
function formatWholeSeconds(ms: number): string {
  return formatSpan(Math.max(1, Math.floor(ms / 1_000)) * 1_000)
}
