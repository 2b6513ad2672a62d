import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import type { UseQueryResult } from '@tanstack/react-query'
import { useExternalIds } from '../device/device-data.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { DocumentView } from '../parts/document-view.tsx'
import { revealControls } from '../parts/reveal-controls.ts'
import { ErrorState, LoadingSkeleton } from '../parts/states.tsx'
import { findRowTarget, formatOperationRow } from './format-operation-row.ts'
import type { Operation } from './operation.ts'
import { findShellExchange, fragmentsOf, isFinal } from './operation.ts'
import { OperationActions } from './operation-actions.tsx'
import styles from './operation-details.module.css'
import { OperationTrace } from './operation-trace.tsx'
import { operationsWords as words } from './operations-words.ts'
import type { Trace } from './trace-words.ts'

export interface OperationDetailsProps {
  readonly operation: Operation
  readonly device: ManagedObjectRepresentation
  readonly trace: UseQueryResult<Trace>
  readonly onCreated: (operation: Operation) => void
}

/** Everything about one operation: its way, its result, and what it is as a document. */
export function OperationDetails({ operation, device, trace, onCreated }: OperationDetailsProps) {
  const exchange = findShellExchange(operation)
  const { c8y_Command: command, ...others } = fragmentsOf(operation)
  // The transcript says it better.
  const fragments =
    exchange === undefined && command !== undefined ? { c8y_Command: command, ...others } : others
  const externalIds = useExternalIds(device.id).data?.externalIds
  const row = formatOperationRow(operation, findRowTarget(externalIds), device)
  return (
    <>
      <OperationActions operation={operation} device={device} row={row} onCreated={onCreated} />
      <div className={styles.columns}>
        <section className={styles.part}>
          <h4 className={styles.title}>{words.details.trace}</h4>
          {trace.data !== undefined ? (
            <OperationTrace trace={trace.data} row={row} />
          ) : trace.error === null ? (
            <LoadingSkeleton rows={4} label={words.details.reading} />
          ) : (
            <ErrorState failure={trace.error} onRetry={() => void trace.refetch()} />
          )}
        </section>
        <div className={styles.part}>
          {exchange !== undefined && (
            <Transcript
              command={exchange.command}
              result={exchange.result}
              hasEnded={isFinal(operation.status)}
              failureReason={operation.failureReason}
            />
          )}
          <DocumentView fragments={fragments} document={operation} />
        </div>
      </div>
    </>
  )
}

interface TranscriptProps {
  readonly command: string
  readonly result: string | undefined
  readonly hasEnded: boolean
  readonly failureReason: string | undefined
}

/** A command and what came back, as a terminal would show it (console §5.12). */
function Transcript({ command, result, hasEnded, failureReason }: TranscriptProps) {
  return (
    <section className={styles.part}>
      <div className={styles.transcriptHead}>
        <h4 className={styles.title}>{words.details.transcript(revealControls(command))}</h4>
        {result !== undefined && result !== '' && (
          <CopyButton label={words.details.copyResult} text={() => result} isSmall />
        )}
      </div>
      <div
        className={styles.transcript}
        role="log"
        aria-label={words.details.transcript(revealControls(command))}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled with arrow keys
        tabIndex={0}
        data-testid="transcript"
      >
        <pre className={styles.command}>
          <span aria-hidden="true">$ </span>
          <DeviceText isCode>{command}</DeviceText>
        </pre>
        {result !== undefined && result !== '' ? (
          <pre className={styles.result}>
            <DeviceText isCode>{result}</DeviceText>
          </pre>
        ) : failureReason !== undefined ? (
          <pre className={styles.failure}>
            <DeviceText isCode>{failureReason}</DeviceText>
          </pre>
        ) : (
          <p className={styles.nothing}>
            {hasEnded ? words.details.emptyResult : words.details.noResult}
          </p>
        )}
      </div>
    </section>
  )
}
