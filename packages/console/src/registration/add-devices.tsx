import type { ClipboardEvent, FormEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { showToast } from '../parts/toasts.tsx'
import { describeFailure } from '../platform/failure-words.ts'
import { classes } from '../visual/classes.ts'
import styles from './add-devices.module.css'
import { findProblems, idsAtOnceMax, parsePastedIds } from './device-id.ts'
import { useFollowedDevices } from './followed-devices.ts'
import { FollowedDevices } from './followed-devices-list.tsx'
import { hadOneTimePassword } from './one-time-password.ts'
import { useRegistrationActions } from './registration-data.ts'
import { words } from './registration-words.ts'

interface DeviceRow {
  /** Of the row itself, for as long as it is there. */
  readonly key: number
  readonly id: string
  readonly name: string
  readonly type: string
  /** What the platform said to exactly this id. */
  readonly refusal?: string
}

export interface AddDevicesProps {
  /** From the address of the page. */
  readonly prefilledId: string | undefined
  /** Each call of the form moves the focus there; choosing its tab does not. */
  readonly calls: number
  readonly openIds: ReadonlySet<string>
  readonly unavailable: string | undefined
}

let lastKey = 0
function emptyRow(id = ''): DeviceRow {
  lastKey += 1
  return { key: lastKey, id, name: '', type: '' }
}

/** Announces ids, and follows what becomes of them (console §4.4, *Single*). */
export function AddDevices({ prefilledId, calls, openIds, unavailable }: AddDevicesProps) {
  const [rows, setRows] = useState<readonly DeviceRow[]>(() => [emptyRow(prefilledId)])
  const [hadSecret] = useState(hadOneTimePassword.get)
  const [wasSubmitted, setWasSubmitted] = useState(false)
  const [isCut, setIsCut] = useState(false)
  const [progress, setProgress] = useState<string>()
  const [focusOn, setFocusOn] = useState<'problem' | 'lastRow'>()
  const form = useRef<HTMLFormElement>(null)
  const { add } = useRegistrationActions()
  const { devices, follow } = useFollowedDevices()
  useEffect(() => hadOneTimePassword.set(false), [])
  useEffect(() => {
    if (calls > 0) setFocusOn('lastRow')
  }, [calls])
  useEffect(() => {
    if (focusOn === undefined) return
    const inputs = form.current?.querySelectorAll<HTMLElement>(
      focusOn === 'problem' ? 'input[aria-invalid=true]' : '[data-testid=device-id]',
    )
    inputs?.item(focusOn === 'problem' ? 0 : inputs.length - 1)?.focus()
    setFocusOn(undefined)
  }, [focusOn])

  const filled = rows.filter(({ id, name, type }) => `${id}${name}${type}` !== '')
  const checked = filled.length === 0 ? rows.slice(0, 1) : filled
  const faults = findProblems(
    checked.map(({ id }) => id),
    openIds,
  )
  const problems = new Map(
    checked.map(({ key, refusal }, index) => [key, faults[index] ?? refusal] as const),
  )
  const problemOf = ({ key, id }: DeviceRow): string | undefined =>
    id === '' && !wasSubmitted ? undefined : problems.get(key)
  const problemCount = checked.filter(({ key }) => problems.get(key) !== undefined).length

  function change(key: number, changed: Partial<DeviceRow>): void {
    setRows((present) =>
      present.map((row) => {
        if (row.key !== key) return row
        // Another id, another answer.
        const { refusal, ...kept } = row
        const isSameId = changed.id === undefined || changed.id === row.id
        return { ...kept, ...(isSameId && refusal !== undefined ? { refusal } : {}), ...changed }
      }),
    )
  }

  function onPaste(event: ClipboardEvent, key: number): void {
    const pasted = parsePastedIds(event.clipboardData.getData('text'))
    if (pasted.ids.length < 2) return
    event.preventDefault()
    setRows((present) => {
      const index = present.findIndex((row) => row.key === key)
      const before = present.slice(0, index)
      const [first = '', ...others] = pasted.ids
      const target = present[index] ?? emptyRow()
      return [
        ...before,
        { ...target, id: first },
        ...others.map((id) => emptyRow(id)),
        ...present.slice(index + 1).filter(({ id }) => id !== ''),
      ].slice(0, idsAtOnceMax)
    })
    setIsCut(pasted.isCut)
    announce(`${pasted.ids.length} ids pasted.`)
  }

  async function submit(): Promise<void> {
    setRows((present) => present.map(({ refusal: _, ...row }) => row))
    const done = new Set<number>()
    const refusals = new Map<number, string>()
    for (const [index, { key, id, name, type }] of filled.entries()) {
      if (filled.length > 1) setProgress(`Registering ${index + 1} of ${filled.length}…`)
      try {
        await add.mutateAsync({
          id,
          ...(name === '' ? {} : { name }),
          ...(type === '' ? {} : { type }),
        })
        done.add(key)
        follow(id)
      } catch (error) {
        const { title, cause } = describeFailure(error)
        refusals.set(key, `${title} ${cause}`)
      }
    }
    setProgress(undefined)
    setWasSubmitted(refusals.size > 0)
    setIsCut(false)
    setRows((present) => {
      const left = present
        .filter(({ key }) => !done.has(key))
        .map((row) => {
          const refusal = refusals.get(row.key)
          return refusal === undefined ? row : { ...row, refusal }
        })
      return left.length === 0 ? [emptyRow()] : left
    })
    if (done.size > 0)
      showToast(`${done.size === 1 ? '1 device is' : `${done.size} devices are`} expected now.`)
    setFocusOn(refusals.size > 0 ? 'problem' : 'lastRow')
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (unavailable !== undefined || progress !== undefined) return
    setWasSubmitted(true)
    // What was refused may be tried again: the platform may be back, or think differently now.
    if (faults.some((fault) => fault !== undefined)) setFocusOn('problem')
    else void submit()
  }

  return (
    <div className={styles.page}>
      <form ref={form} className={styles.form} onSubmit={onSubmit} noValidate>
        {hadSecret && <Notice tone="info">{words.oneTimePassword}</Notice>}
        <p className={styles.intro}>{words.formIntro}</p>
        {wasSubmitted && problemCount > problemsSeenAtOnce && (
          <Notice tone="critical" role="alert">
            {problemCount} rows cannot be registered as they are.
          </Notice>
        )}
        {isCut && <Notice tone="minor">{words.pastedCut(idsAtOnceMax)}</Notice>}
        <ol className={styles.rows}>
          {rows.map((row, index) => (
            <li
              key={row.key}
              className={classes(styles.row, index > 0 && styles.later)}
              aria-label={`Device ${index + 1}`}
            >
              {/* The event of the input inside passes here. */}
              <div className={styles.idField} onPaste={(event) => onPaste(event, row.key)}>
                <TextField
                  label="Device id"
                  isCode
                  isRequired={index === 0}
                  isDisabled={unavailable !== undefined}
                  autoComplete="off"
                  spellCheck="false"
                  value={row.id}
                  onChange={(id) => change(row.key, { id })}
                  problem={problemOf(row)}
                  data-testid="device-id"
                />
              </div>
              <TextField
                label="Name (optional)"
                isDisabled={unavailable !== undefined}
                autoComplete="off"
                value={row.name}
                onChange={(name) => change(row.key, { name })}
                data-testid="device-name"
              />
              <TextField
                label="Type (optional)"
                isDisabled={unavailable !== undefined}
                autoComplete="off"
                value={row.type}
                onChange={(type) => change(row.key, { type })}
                data-testid="device-type"
              />
              <div className={styles.remove}>
                {rows.length > 1 && (
                  <Button
                    look="quiet"
                    icon="close"
                    isIconOnly
                    aria-label={`Remove row ${index + 1}`}
                    onPress={() => {
                      setRows(rows.filter(({ key }) => key !== row.key))
                      setFocusOn('lastRow')
                    }}
                    data-testid="remove-row"
                  />
                )}
              </div>
            </li>
          ))}
        </ol>
        <div className={styles.actions}>
          <Button
            icon="plus"
            isDisabled={unavailable !== undefined || rows.length >= idsAtOnceMax}
            onPress={() => {
              setRows([...rows, emptyRow()])
              setFocusOn('lastRow')
            }}
            data-testid="add-row"
          >
            Add a row
          </Button>
          <Button
            type="submit"
            look="primary"
            unavailable={unavailable}
            isPending={progress !== undefined}
            data-testid="register-submit"
          >
            {progress ??
              (filled.length > 1 ? `Register ${filled.length} devices` : 'Register device')}
          </Button>
        </div>
      </form>
      {devices.length > 0 && <FollowedDevices devices={devices} missing={unavailable} />}
    </div>
  )
}

/** More problems than these are also counted above the form (console §3.6). */
const problemsSeenAtOnce = 3
