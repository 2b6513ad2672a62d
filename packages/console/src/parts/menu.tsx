import type { ReactNode } from 'react'
import { Header } from 'react-aria-components/Header'
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  MenuTrigger,
} from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { classes } from '../visual/classes.ts'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import styles from './menu.module.css'

export interface MenuProps {
  /** The button that opens it. */
  readonly button: ReactNode
  readonly label: string
  readonly children: ReactNode
}

export function Menu({ button, label, children }: MenuProps) {
  return (
    <MenuTrigger>
      {button}
      <Popover className={styles.popover ?? ''} offset={4}>
        <AriaMenu className={styles.menu ?? ''} aria-label={label}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

export interface MenuItemProps {
  readonly id: string
  readonly children: string
  readonly icon?: IconName
  readonly isDangerous?: boolean
  readonly onAction: () => void
  readonly 'data-testid'?: string
}

export function MenuItem({ children, icon, isDangerous = false, ...props }: MenuItemProps) {
  return (
    <AriaMenuItem
      {...props}
      className={classes(styles.item, isDangerous && styles.dangerous)}
      textValue={children}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </AriaMenuItem>
  )
}

export interface MenuChoiceProps<Value extends string> {
  readonly title: string
  readonly value: Value
  readonly choices: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}

/** A section of a menu in which one of several is chosen; it stays open. */
export function MenuChoice<Value extends string>({
  title,
  value,
  choices,
  onChange,
}: MenuChoiceProps<Value>) {
  return (
    <AriaMenuSection
      className={styles.section ?? ''}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      shouldCloseOnSelect={false}
      onSelectionChange={(keys) => {
        const chosen = choices.find((choice) => keys === 'all' || keys.has(choice.value))
        if (chosen !== undefined) onChange(chosen.value)
      }}
    >
      <Header className={styles.header ?? ''}>{title}</Header>
      {choices.map((choice) => (
        <AriaMenuItem
          key={choice.value}
          id={choice.value}
          className={styles.item ?? ''}
          textValue={choice.label}
        >
          {({ isSelected }) => (
            <>
              <span className={styles.mark}>{isSelected && <Icon name="check" />}</span>
              {choice.label}
            </>
          )}
        </AriaMenuItem>
      ))}
    </AriaMenuSection>
  )
}
