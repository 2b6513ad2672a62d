import type { ReactNode, Ref } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import type { TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField'
import { TextField as AriaTextField } from 'react-aria-components/TextField'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './text-field.module.css'

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className'> {
  readonly label: string
  readonly isLabelHidden?: boolean
  readonly hint?: ReactNode
  /** What is wrong with the value and how to put it right; absent while it is fine. */
  readonly problem?: string | undefined
  readonly placeholder?: string
  readonly isCode?: boolean
  /** Rows of a field of several lines. */
  readonly rows?: number
  /** Beside the input, as *Show password*. */
  readonly action?: ReactNode
  readonly inputRef?: Ref<HTMLInputElement>
  /** The same of a field of several lines. */
  readonly areaRef?: Ref<HTMLTextAreaElement>
  readonly 'data-testid'?: string
}

/** Label above, hint and problem below (console §3.6). `data-testid` goes to the input itself. */
export function TextField({
  label,
  isLabelHidden = false,
  hint,
  problem,
  placeholder,
  isCode = false,
  rows,
  action,
  inputRef,
  areaRef,
  'data-testid': testId,
  ...props
}: TextFieldProps) {
  const inputClass = classes(styles.input, isCode && styles.code)
  const shared = {
    className: inputClass,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(testId === undefined ? {} : { 'data-testid': testId }),
  }
  return (
    <AriaTextField
      {...props}
      className={styles.field ?? ''}
      isInvalid={problem !== undefined}
      validationBehavior="aria"
    >
      <Label className={isLabelHidden ? 'visually-hidden' : (styles.label ?? '')}>{label}</Label>
      <div className={styles.line}>
        {rows === undefined ? (
          <Input {...shared} {...(inputRef === undefined ? {} : { ref: inputRef })} />
        ) : (
          <TextArea {...shared} rows={rows} {...(areaRef === undefined ? {} : { ref: areaRef })} />
        )}
        {action}
      </div>
      {hint !== undefined && (
        <Text slot="description" className={styles.hint ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.problem ?? ''}>
        <Icon name="warning" />
        <span>{problem}</span>
      </FieldError>
    </AriaTextField>
  )
}
