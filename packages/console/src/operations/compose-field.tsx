import type { KeyboardEvent, RefObject } from 'react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/text-field.tsx'
import type { CommandHistory, HistoryPlace } from './command-history.ts'
import { stepHistory } from './command-history.ts'
import styles from './compose-form.module.css'
import type { OperationField } from './operation-kinds.ts'
import { operationsWords } from './operations-words.ts'

const words = operationsWords.newOperation

export interface ComposeFieldProps {
  readonly field: OperationField
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
  readonly history: CommandHistory | undefined
  readonly onForget: () => void
  readonly areaRef?: RefObject<HTMLTextAreaElement | null>
}

export function ComposeField({
  field,
  value,
  onChange,
  problem,
  history,
  onForget,
  areaRef,
}: ComposeFieldProps) {
  const [place, setPlace] = useState<HistoryPlace>()

  function onKeyDown({ key, currentTarget }: KeyboardEvent<HTMLElement>): boolean {
    const step = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : undefined
    const area = currentTarget.querySelector('textarea')
    if (step === undefined || history === undefined || area === null) return false
    if (!isAtEdge(area, step)) return false
    const present = place ?? { index: history.length, draft: value }
    const found = stepHistory(history, present, step)
    if (found === undefined) return false
    setPlace(found.place)
    onChange(found.text)
    return true
  }

  return (
    <div className={styles.field}>
      {field.presets !== undefined && (
        <div className={styles.presets} role="group" aria-label={words.presets}>
          {field.presets.map(({ name, value: preset }) => (
            <Button
              key={name}
              isSmall
              onPress={() => {
                setPlace(undefined)
                onChange(preset)
                areaRef?.current?.focus()
              }}
              data-testid={`preset-${name.toLowerCase().replaceAll(' ', '-')}`}
            >
              {name}
            </Button>
          ))}
          {history !== undefined && history.length > 0 && (
            <Button isSmall look="quiet" icon="trash" onPress={onForget}>
              {words.forget}
            </Button>
          )}
        </div>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the field */}
      <div
        onKeyDown={(event) => {
          if (onKeyDown(event)) event.preventDefault()
        }}
      >
        <TextField
          label={field.label}
          hint={field.hint}
          problem={problem}
          isCode
          rows={field.rows}
          value={value}
          onChange={(next) => {
            setPlace(undefined)
            onChange(next)
          }}
          autoComplete="off"
          autoCorrect="off"
          spellCheck="false"
          {...(field.placeholder === undefined ? {} : { placeholder: field.placeholder })}
          {...(areaRef === undefined ? {} : { areaRef })}
          data-testid={`field-${field.name}`}
        />
      </div>
    </div>
  )
}

/** Whether the caret is on the first line, or the last one: arrows lead out of the text there. */
function isAtEdge(
  { value, selectionStart, selectionEnd }: HTMLTextAreaElement,
  step: -1 | 1,
): boolean {
  if (selectionStart !== selectionEnd) return false
  const beyond = step === -1 ? value.slice(0, selectionStart) : value.slice(selectionEnd)
  return !beyond.includes('\n')
}
