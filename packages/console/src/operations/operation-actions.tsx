import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { useState } from 'react'
import { deviceName } from '../device/device-name.ts'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { CopyAs } from '../parts/copy-as.tsx'
import { CopyMenu } from '../parts/copy-menu.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { Notice } from '../parts/notice.tsx'
import { statusWords } from '../parts/status-words.ts'
import { showToast } from '../parts/toasts.tsx'
import { useCurl } from '../parts/use-curl.ts'
import { usePlatform } from '../platform/platform.ts'
import { CopyBody } from './copy-body.tsx'
import type { Operation } from './operation.ts'
import { cancellation, isFinal, retryBody, shownStatus } from './operation.ts'
import styles from './operation-actions.module.css'
import { reachWords } from './operation-kinds.ts'
import { describeOperation } from './operation-sentence.ts'
import { useCancelOperation, useCreateOperation, useReach } from './operations-data.ts'
import { operationsWords as words } from './operations-words.ts'
import { explainNoControl, useControl } from './use-control.ts'

export interface OperationActionsProps {
  readonly operation: Operation
  readonly device: ManagedObjectRepresentation
  /** What a static template makes of it. */
  readonly row: string | undefined
  readonly onCreated: (operation: Operation) => void
}

type Asked = 'cancel' | 'retry'

/** What can be done with an operation. */
export function OperationActions({ operation, device, row, onCreated }: OperationActionsProps) {
  const [asked, setAsked] = useState<Asked>()
  const unavailable = useControl(device) ? undefined : explainNoControl
  const curl = useCurl()
  const hasEnded = isFinal(operation.status)
  const close = (): void => setAsked(undefined)
  return (
    <div className={styles.actions}>
      {hasEnded ? (
        <Button
          icon="refresh"
          isSmall
          unavailable={unavailable}
          onPress={() => setAsked('retry')}
          data-testid="retry-operation"
        >
          {operation.status === 'FAILED' ? words.retry.button : words.retry.again}
        </Button>
      ) : (
        <Button
          icon="cancelled"
          isSmall
          unavailable={unavailable}
          onPress={() => setAsked('cancel')}
          data-testid="cancel-operation"
        >
          {words.cancel.button}
        </Button>
      )}
      <CopyMenu
        label="Copy the operation as"
        isSmall
        choices={[
          { id: 'link', label: 'Link', text: () => location.href },
          { id: 'id', label: 'Id', text: () => operation.id },
          { id: 'json', label: 'JSON', text: () => JSON.stringify(operation, undefined, 2) },
          {
            id: 'curl',
            label: 'curl (read it)',
            text: () => curl({ method: 'GET', path: `/devicecontrol/operations/${operation.id}` }),
          },
          {
            id: 'curl-again',
            label: 'curl (ask again)',
            text: () =>
              curl({
                method: 'POST',
                path: '/devicecontrol/operations',
                body: retryBody(operation),
              }),
          },
          ...(row === undefined ? [] : [{ id: 'row', label: 'SmartREST row', text: () => row }]),
        ]}
      />
      {asked === 'cancel' && <CancelDialog operation={operation} device={device} onClose={close} />}
      {asked === 'retry' && (
        <RetryDialog operation={operation} device={device} onCreated={onCreated} onClose={close} />
      )}
    </div>
  )
}

interface DialogProps {
  readonly operation: Operation
  readonly device: ManagedObjectRepresentation
  readonly onClose: () => void
}

function CancelDialog({ operation, device, onClose }: DialogProps) {
  const { rest } = usePlatform()
  const cancel = useCancelOperation()

  async function onConfirm(): Promise<void> {
    try {
      await cancel.mutateAsync(operation)
      showToast(words.cancel.done)
    } catch (error) {
      if (!(error instanceof RestRefusal) || error.status !== 422) throw error
      // It has ended in the meantime: no failure, but something to know.
      const now = await rest.get('/devicecontrol/operations/{id}', { path: { id: operation.id } })
      showToast(words.cancel.overtaken(statusWords.operation[shownStatus(now)].word))
    }
  }

  const name = deviceName(device)
  return (
    <ConfirmDialog
      title={words.cancel.title}
      level={1}
      confirmLabel={words.cancel.confirm}
      cancelLabel={words.cancel.keep}
      isDestructive
      copyAs={
        <CopyAs
          request={{
            method: 'PUT',
            path: `/devicecontrol/operations/${operation.id}`,
            body: cancellation,
          }}
        />
      }
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p className={styles.subject}>
        <DeviceText>{describeOperation(operation)}</DeviceText>
      </p>
      {operation.status === 'EXECUTING' ? (
        <Notice tone="minor">
          <DeviceText>{words.cancel.executing(name)}</DeviceText>
        </Notice>
      ) : (
        <p>
          <DeviceText>{words.cancel.pending(name)}</DeviceText>
        </p>
      )}
    </ConfirmDialog>
  )
}

function RetryDialog({
  operation,
  device,
  onCreated,
  onClose,
}: DialogProps & { readonly onCreated: (operation: Operation) => void }) {
  const create = useCreateOperation()
  const reach = useReach(device.id)
  const body = retryBody(operation)
  return (
    <ConfirmDialog
      title={words.retry.title(deviceName(device))}
      level={1}
      confirmLabel={words.retry.again}
      copyAs={<CopyBody body={body} />}
      onConfirm={async () => {
        const created = await create.mutateAsync(body)
        announce(words.newOperation.created(describeOperation(created)))
        onCreated(created)
      }}
      onClose={onClose}
    >
      <p className={styles.subject}>
        <DeviceText>{describeOperation(operation)}</DeviceText>
      </p>
      <p>{words.retry.effect}</p>
      <p>{reachWords[reach]}</p>
    </ConfirmDialog>
  )
}
