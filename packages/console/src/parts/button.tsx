import type { ReactNode } from 'react'
import type { ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Popover } from 'react-aria-components/Popover'
import { classes } from '../visual/classes.ts'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import styles from './button.module.css'

export interface ButtonProps
  extends Omit<AriaButtonProps, 'children' | 'className' | 'isDisabled' | 'isPending'> {
  readonly children?: ReactNode
  /** One primary button a page or dialog; `danger` for what destroys. */
  readonly look?: 'primary' | 'secondary' | 'quiet' | 'danger'
  readonly icon?: IconName
  /** Shows the icon alone; `aria-label` then says what the button does. */
  readonly isIconOnly?: boolean
  readonly isSmall?: boolean
  readonly isDisabled?: boolean
  /** What was pressed is under way: it keeps the focus and does nothing. */
  readonly isPending?: boolean
  /**
   * Why the user cannot do it now. The button stays in the tab order and explains itself instead
   * of acting (console §2.7).
   */
  readonly unavailable?: string | undefined
  readonly 'data-testid'?: string
}

export function Button({
  children,
  look = 'secondary',
  icon,
  isIconOnly = false,
  isSmall = false,
  isPending = false,
  unavailable,
  ...props
}: ButtonProps) {
  const className = classes(
    styles.button,
    styles[look],
    isIconOnly && styles.iconOnly,
    isSmall && styles.small,
    isPending && styles.pending,
    unavailable !== undefined && styles.unavailable,
  )
  const content = (
    <>
      {icon !== undefined && <Icon name={icon} />}
      {!isIconOnly && children}
    </>
  )
  if (isPending) {
    const { onPress: _, type: __, ...calm } = props
    // The pending state of React Aria announces the button by its id, for longer than it is there.
    return (
      <AriaButton {...calm} className={className} aria-disabled="true">
        {content}
      </AriaButton>
    )
  }
  if (unavailable === undefined) {
    return (
      <AriaButton {...props} className={className}>
        {content}
      </AriaButton>
    )
  }
  const { onPress: _, type: __, ...harmless } = props
  return (
    <DialogTrigger>
      <AriaButton {...harmless} className={className}>
        {content}
        <span className="visually-hidden"> (unavailable: explain)</span>
      </AriaButton>
      <Popover className={styles.explanation ?? ''} offset={6}>
        <Dialog aria-label="Why this is unavailable">{unavailable}</Dialog>
      </Popover>
    </DialogTrigger>
  )
}
