import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import type { FormEvent, KeyboardEvent, ReactNode } from 'react'
import { useRef, useState } from 'react'
import { deviceName } from '../device/device-name.ts'
import { Button } from '../parts/button.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { Notice } from '../parts/notice.tsx'
import { showToast } from '../parts/toasts.tsx'
import { ComposeField } from './compose-field.tsx'
import styles from './compose-form.module.css'
import { CopyBody } from './copy-body.tsx'
import type {
  FieldValues,
  OperationBody,
  OperationKind,
  OperationTarget,
} from './operation-kinds.ts'
import { reachWords } from './operation-kinds.ts'
import { useReach } from './operations-data.ts'
import { operationsWords } from './operations-words.ts'
import { useCommandHistory } from './use-command-history.ts'

const words = operationsWords.newOperation

export interface ComposeFormProps {
  readonly kind: OperationKind
  readonly device: ManagedObjectRepresentation
  readonly target: OperationTarget
  readonly onSend: (body: OperationBody) => Promise<void>
  /** Why the last one was refused. */
  readonly failure: ReactNode
  readonly onClose: () => void
}

/** The fields of one kind of operation; it stays open, since often another one follows. */
export function ComposeForm({ kind, device, target, onSend, failure, onClose }: ComposeFormProps) {
  const initial = Object.fromEntries(kind.fields.map((field) => [field.name, field.initial ?? '']))
  const [values, setValues] = useState<FieldValues>(initial)
  const [isPending, setIsPending] = useState(false)
  const [isAsked, setIsAsked] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const reach = useReach(device.id)
  const { history, remember, forget } = useCommandHistory(device.id)
  const result = kind.build(values, target)
  const isTouched = kind.fields.some(({ name }) => values[name] !== initial[name])

  async function send(): Promise<void> {
    if (isPending) return
    if (!result.ok) {
      setIsAsked(true)
      area.current?.focus()
      const offset = result.place?.offset
      if (offset !== undefined) area.current?.setSelectionRange(offset, offset + 1)
      return
    }
    setIsPending(true)
    try {
      await onSend(result.body)
      for (const { name, hasHistory } of kind.fields) {
        if (hasHistory === true) remember(values[name] ?? '')
      }
      setIsAsked(false)
      // What was written while it was under way stays.
      setValues((present) => (present === values ? initial : present))
    } catch {
      // `failure` says it, and what was written stays.
    } finally {
      setIsPending(false)
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    void send()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void send()
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter sends
    <form className={styles.form} onSubmit={onSubmit} onKeyDown={onKeyDown} noValidate>
      <p className={styles.effect}>
        <strong>
          <DeviceText>{deviceName(device)}</DeviceText>
        </strong>
        : {kind.effect} {reachWords[reach]}
      </p>
      {kind.fields.map((field, index) => (
        <ComposeField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
          problem={findProblem()}
          history={field.hasHistory === true ? history : undefined}
          onForget={() => {
            forget()
            showToast(words.forgotten)
          }}
          {...(index === 0 ? { areaRef: area } : {})}
        />
      ))}
      {result.ok &&
        result.remarks.map((remark) => (
          <Notice key={remark} tone="minor">
            <DeviceText>{remark}</DeviceText>
          </Notice>
        ))}
      {!isPending && failure}
      <div className={styles.actions}>
        <Button type="submit" look="primary" isPending={isPending} data-testid={`send-${kind.id}`}>
          {kind.sendLabel}
        </Button>
        {result.ok && <CopyBody body={result.body} />}
        <span className={styles.close}>
          <Button look="quiet" onPress={onClose} data-testid="close-composer">
            {words.close}
          </Button>
        </span>
      </div>
    </form>
  )

  /** Nobody is told off before having written, or asked for it. */
  function findProblem(): string | undefined {
    if (result.ok) return undefined
    if (isAsked) return result.problem ?? words.nothingYet
    return isTouched ? result.problem : undefined
  }
}
