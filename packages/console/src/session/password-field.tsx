import type { Ref } from 'react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/text-field.tsx'

export interface PasswordFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly inputRef?: Ref<HTMLInputElement>
  readonly problem?: string | undefined
  readonly hasFocus?: boolean
  readonly testId: string
}

export function PasswordField({
  value,
  onChange,
  inputRef,
  problem,
  hasFocus = false,
  testId,
}: PasswordFieldProps) {
  const [isShown, setIsShown] = useState(false)
  return (
    <TextField
      label="Password"
      type={isShown ? 'text' : 'password'}
      value={value}
      onChange={onChange}
      isRequired
      autoComplete="current-password"
      autoFocus={hasFocus}
      problem={problem}
      {...(inputRef === undefined ? {} : { inputRef })}
      action={
        <Button
          icon={isShown ? 'eyeOff' : 'eye'}
          isIconOnly
          aria-label={isShown ? 'Hide password' : 'Show password'}
          onPress={() => setIsShown(!isShown)}
          data-testid={`${testId}-show`}
        />
      }
      data-testid={testId}
    />
  )
}
