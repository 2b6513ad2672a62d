import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { SingleChoice } from '../../parts/choice-chips.tsx'
import { Dialog, DialogActions, DialogBody } from '../../parts/dialog.tsx'
import { formatLocalTime, parseLocalTime } from '../../parts/local-time.ts'
import { TextField } from '../../parts/text-field.tsx'
import { formatInstant } from './instant-words.ts'
import styles from './range-picker.module.css'
import type { PresetId, TimeRange } from './time-range.ts'
import { boundsOf, presets } from './time-range.ts'

export interface RangePickerProps {
  readonly range: TimeRange
  readonly onChange: (range: TimeRange) => void
}

type ChoiceId = PresetId | 'custom'

/** Up to now, or between two instants (console §3.8). */
export function RangePicker({ range, onChange }: RangePickerProps) {
  const [isOpen, setIsOpen] = useState(false)
  const words =
    range.kind === 'between'
      ? `${formatInstant(range.from)} – ${formatInstant(range.to)}`
      : undefined
  return (
    <div className={styles.picker}>
      <SingleChoice<ChoiceId>
        label="Time range"
        testId="range"
        value={range.kind === 'last' ? range.preset : 'custom'}
        choices={[
          ...presets.map(({ id, label }) => ({ value: id, label })),
          ...(words === undefined ? [] : [{ value: 'custom' as const, label: words }]),
        ]}
        onChange={(value) => {
          if (value === 'custom') setIsOpen(true)
          else onChange({ kind: 'last', preset: value })
        }}
      />
      <Button
        isSmall
        look="quiet"
        icon="clock"
        onPress={() => setIsOpen(true)}
        data-testid="range-custom"
      >
        {words === undefined ? 'From – to…' : 'Change…'}
      </Button>
      {isOpen && (
        <CustomRange
          range={range}
          onApply={(next) => {
            onChange(next)
            setIsOpen(false)
          }}
          onClose={() => setIsOpen(false)}
        />
      )}
    </div>
  )
}

function CustomRange({
  range,
  onApply,
  onClose,
}: {
  readonly range: TimeRange
  readonly onApply: (range: TimeRange) => void
  readonly onClose: () => void
}) {
  const [first] = useState(() => boundsOf(range, Date.now()))
  const [from, setFrom] = useState(formatLocalTime(first.from))
  const [to, setTo] = useState(formatLocalTime(first.to))
  const [isSubmitted, setIsSubmitted] = useState(false)
  const fromAt = parseLocalTime(from)
  const toAt = parseLocalTime(to)
  const problems = {
    from: fromAt === undefined ? 'Give date and time.' : undefined,
    to:
      toAt === undefined
        ? 'Give date and time.'
        : fromAt !== undefined && toAt <= fromAt
          ? 'Must be later than the beginning.'
          : undefined,
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    setIsSubmitted(true)
    if (fromAt === undefined || toAt === undefined || toAt <= fromAt) return
    onApply({ kind: 'between', from: fromAt, to: toAt })
  }

  return (
    <Dialog title="Time range" isOpen onClose={onClose} testId="range-dialog">
      <form onSubmit={onSubmit}>
        <DialogBody>
          <TextField
            label="From"
            type="datetime-local"
            value={from}
            onChange={setFrom}
            problem={isSubmitted ? problems.from : undefined}
            data-testid="range-from"
          />
          <TextField
            label="To"
            type="datetime-local"
            hint="In the time zone of this browser. A range with an end is not live."
            value={to}
            onChange={setTo}
            problem={isSubmitted ? problems.to : undefined}
            data-testid="range-to"
          />
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" data-testid="range-apply">
            Show
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
