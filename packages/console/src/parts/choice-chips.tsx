import type { ReactNode } from 'react'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import styles from './choice-chips.module.css'

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: ReactNode
}

interface ChoiceChipsProps<Value extends string> {
  /** What is chosen, for those who do not see where it stands. */
  readonly label: string
  readonly choices: readonly Choice<Value>[]
  readonly testId: string
}

/** One of several. */
export function SingleChoice<Value extends string>({
  label,
  choices,
  testId,
  value,
  onChange,
}: ChoiceChipsProps<Value> & {
  readonly value: Value
  readonly onChange: (value: Value) => void
}) {
  return (
    <ToggleButtonGroup
      className={styles.group ?? ''}
      aria-label={label}
      data-testid={testId}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = choices.find((choice) => keys.has(choice.value))
        if (chosen !== undefined) onChange(chosen.value)
      }}
    >
      <Chips choices={choices} testId={testId} />
    </ToggleButtonGroup>
  )
}

/** Any of several; none of them is no filter. */
export function MultipleChoice<Value extends string>({
  label,
  choices,
  testId,
  values,
  onChange,
}: ChoiceChipsProps<Value> & {
  readonly values: readonly Value[]
  readonly onChange: (values: readonly Value[]) => void
}) {
  return (
    <ToggleButtonGroup
      className={styles.group ?? ''}
      aria-label={label}
      data-testid={testId}
      selectionMode="multiple"
      selectedKeys={values}
      onSelectionChange={(keys) =>
        onChange(choices.map(({ value }) => value).filter((value) => keys.has(value)))
      }
    >
      <Chips choices={choices} testId={testId} />
    </ToggleButtonGroup>
  )
}

function Chips<Value extends string>({
  choices,
  testId,
}: {
  readonly choices: readonly Choice<Value>[]
  readonly testId: string
}) {
  return choices.map(({ value, label }) => (
    <ToggleButton
      key={value}
      id={value}
      className={styles.chip ?? ''}
      data-testid={`${testId}-${value.toLowerCase()}`}
    >
      {label}
    </ToggleButton>
  ))
}
