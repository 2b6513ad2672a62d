import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { useState } from 'react'
import { deviceName } from '../device/device-name.ts'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog, FailureNotice } from '../parts/confirm-dialog.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { Notice } from '../parts/notice.tsx'
import { ComposeForm } from './compose-form.tsx'
import { CopyBody } from './copy-body.tsx'
import styles from './new-operation.module.css'
import type { Operation } from './operation.ts'
import type { OperationBody, OperationKind } from './operation-kinds.ts'
import {
  explainUnsupported,
  operationKinds,
  reachWords,
  supportedOperationsOf,
} from './operation-kinds.ts'
import { describeOperation } from './operation-sentence.ts'
import { useCreateOperation, useReach } from './operations-data.ts'
import { operationsWords } from './operations-words.ts'
import { explainNoControl, useControl } from './use-control.ts'

const words = operationsWords.newOperation

export interface NewOperationProps {
  readonly device: ManagedObjectRepresentation
  /** Id of the kind whose form is open. */
  readonly composed: string | undefined
  readonly onCompose: (kindId: string | undefined) => void
  readonly onCreated: (operation: Operation) => void
}

/** What the device can be asked to do (console §5.5). */
export function NewOperation({ device, composed, onCompose, onCreated }: NewOperationProps) {
  const [confirmed, setConfirmed] = useState<OperationKind>()
  const mayControl = useControl(device)
  const supportedOperations = supportedOperationsOf(device)
  const kind = operationKinds.find(({ id }) => id === composed)
  const isComposed =
    kind !== undefined && mayControl && explainUnsupported(kind, supportedOperations) === undefined
  const create = useCreateOperation()

  async function send(body: OperationBody): Promise<void> {
    const created = await create.mutateAsync(body)
    announce(words.created(describeOperation(created)))
    onCreated(created)
  }

  return (
    <section className={styles.section} aria-labelledby="new-operation">
      <div className={styles.kinds}>
        <h2 id="new-operation" className={styles.title}>
          {words.title}
        </h2>
        {operationKinds.map((each) => (
          <Button
            key={each.id}
            icon={each.icon}
            unavailable={
              mayControl ? explainUnsupported(each, supportedOperations) : explainNoControl
            }
            {...(each.fields.length === 0
              ? { 'aria-haspopup': 'dialog' as const, onPress: () => setConfirmed(each) }
              : {
                  'aria-expanded': isComposed && each.id === composed,
                  onPress: () => onCompose(each.id === composed ? undefined : each.id),
                })}
            data-testid={`new-${each.id}`}
          >
            {each.fields.length === 0 ? `${each.label}…` : each.label}
          </Button>
        ))}
      </div>
      {isComposed && (
        <ComposeForm
          key={kind.id}
          kind={kind}
          device={device}
          target={{ deviceId: device.id, supportedOperations }}
          onSend={send}
          failure={create.error === null ? null : describeRefusal(create.error, device)}
          onClose={() => onCompose(undefined)}
        />
      )}
      {confirmed !== undefined && (
        <ConfirmKind
          kind={confirmed}
          device={device}
          onSend={send}
          onClose={() => setConfirmed(undefined)}
        />
      )}
    </section>
  )
}

function ConfirmKind({
  kind,
  device,
  onSend,
  onClose,
}: {
  readonly kind: OperationKind
  readonly device: ManagedObjectRepresentation
  readonly onSend: (body: OperationBody) => Promise<void>
  readonly onClose: () => void
}) {
  const reach = useReach(device.id)
  const result = kind.build({}, { deviceId: device.id, supportedOperations: [] })
  if (!result.ok) throw new Error(`The kind ${kind.id} has no fields and no body.`)
  return (
    <ConfirmDialog
      title={`${kind.sendLabel}?`}
      level={1}
      confirmLabel={kind.sendLabel}
      copyAs={<CopyBody body={result.body} />}
      onConfirm={() => onSend(result.body)}
      explainFailure={(failure) => describeRefusal(failure, device)}
      onClose={onClose}
    >
      <p className={styles.name}>
        <DeviceText>{deviceName(device)}</DeviceText>
      </p>
      <p>{kind.effect}</p>
      <p>{reachWords[reach]}</p>
    </ConfirmDialog>
  )
}

/** The refusal of an operation, in the words of the device where that is the cause. */
function describeRefusal(failure: unknown, device: ManagedObjectRepresentation) {
  return isNoAgent(failure, device) ? <NoAgentNotice /> : <FailureNotice failure={failure} />
}

function NoAgentNotice() {
  return (
    <Notice tone="critical" title={words.noAgentTitle} role="alert" testId="no-agent">
      {words.noAgent}
    </Notice>
  )
}

/** The platform says the same of several faults; which one it is shows in the device. */
function isNoAgent(failure: unknown, device: ManagedObjectRepresentation): boolean {
  return (
    failure instanceof RestRefusal &&
    failure.status === 422 &&
    !Object.hasOwn(device, 'com_cumulocity_model_Agent') &&
    failure.message.includes('agent')
  )
}
