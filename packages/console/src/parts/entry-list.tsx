import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import { useEffect, useId, useRef } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { flushSync } from 'react-dom'
import { useShortcut } from '../shell/shortcuts.tsx'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import { announce } from './announcer.ts'
import { Button } from './button.tsx'
import styles from './entry-list.module.css'

export interface EntryListProps {
  readonly label: string
  readonly frame: RefObject<HTMLElement | null>
  /** How many entries wait to be shown. */
  readonly waiting: number
  readonly onShowWaiting: () => void
  readonly isBusy?: boolean
  readonly children: ReactNode
  readonly testId: string
}

const toggles = '[data-entry-toggle]'

type Step = (present: number, last: number) => number

const steps = {
  ArrowDown: (present, last) => Math.min(present + 1, last),
  ArrowUp: (present) => Math.max(present - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
} as const satisfies Record<string, Step>

function findStep(key: string): Step | undefined {
  return Object.hasOwn(steps, key) ? steps[key as keyof typeof steps] : undefined
}

/**
 * Entries that open in place. Arrow keys, Home and End lead from one to the next, `j` and `k` from
 * anywhere on the page; what is new waits behind a pill (console §3.5).
 */
export function EntryList({
  label,
  frame,
  waiting,
  onShowWaiting,
  isBusy = false,
  children,
  testId,
}: EntryListProps) {
  useWaitingNews(waiting, label)
  const focusEntry = (step: Step): void => {
    const all = [...(frame.current?.querySelectorAll<HTMLElement>(toggles) ?? [])]
    const present = all.findIndex((toggle) => entryOf(toggle)?.contains(document.activeElement))
    all[step(present, all.length - 1)]?.focus()
  }
  useShortcut({ keys: 'j', words: 'Next entry', run: () => focusEntry(steps.ArrowDown) })
  useShortcut({ keys: 'k', words: 'Previous entry', run: () => focusEntry(steps.ArrowUp) })

  function onKeyDown(event: KeyboardEvent): void {
    const step = findStep(event.key)
    if (step === undefined || !(event.target as Element).matches(toggles)) return
    event.preventDefault()
    focusEntry(step)
  }

  return (
    <section
      ref={frame}
      className={styles.frame}
      aria-label={label}
      aria-busy={isBusy}
      data-testid={testId}
      onKeyDown={onKeyDown}
    >
      {waiting > 0 && (
        <div className={styles.pillLine}>
          <Button
            isSmall
            icon="sortUp"
            onPress={() => {
              // The pill that has the focus goes: the first of what was new takes it.
              flushSync(onShowWaiting)
              frame.current?.querySelector<HTMLElement>(toggles)?.focus()
            }}
            data-testid="show-new"
          >
            {waiting} new
          </Button>
        </div>
      )}
      {children}
    </section>
  )
}

/** New entries are told no more often than that (console §3.5). */
const newsPauseMs = 10_000

function useWaitingNews(waiting: number, label: string): void {
  const lastToldAt = useRef(0)
  useEffect(() => {
    if (waiting === 0) return
    const tell = (): void => {
      lastToldAt.current = Date.now()
      announce(`${label}: ${waiting} new.`)
    }
    const timer = setTimeout(tell, lastToldAt.current + newsPauseMs - Date.now())
    return () => clearTimeout(timer)
  }, [waiting, label])
}

/** The entries of a list, or of one of its groups. */
export function Entries({ children }: { readonly children: ReactNode }) {
  return <ol className={styles.entries}>{children}</ol>
}

export interface EntryProps {
  readonly id: string
  /** Words that name it; they open and close it. */
  readonly title: ReactNode
  /** Beside the title, in the columns that `headClass` makes. */
  readonly head: ReactNode
  readonly headClass?: string | undefined
  readonly isOpen: boolean
  readonly onToggle: () => void
  /** It is no longer in the list, but stays where it is until the user turns away. */
  readonly isGone?: boolean
  readonly details: () => ReactNode
}

export function Entry({
  id,
  title,
  head,
  headClass,
  isOpen,
  onToggle,
  isGone = false,
  details,
}: EntryProps) {
  const detailsId = useId()
  return (
    <li
      className={classes(styles.entry, isOpen && styles.open, isGone && styles.gone)}
      data-entry={id}
    >
      <div className={classes(styles.head, headClass)}>
        <AriaButton
          className={styles.toggle ?? ''}
          aria-expanded={isOpen}
          {...(isOpen ? { 'aria-controls': detailsId } : {})}
          data-entry-toggle=""
          data-testid="entry-toggle"
          onPress={onToggle}
        >
          <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} />
          <span className={styles.title}>
            {title}
            {isGone && <span className={styles.goneMark}> no longer in this list</span>}
          </span>
        </AriaButton>
        {head}
      </div>
      {isOpen && (
        <div id={detailsId} className={styles.details}>
          {details()}
        </div>
      )}
    </li>
  )
}

/** The entry that has the focus in it, by its id. */
export function findFocusedEntry(): string | undefined {
  return entryOf(document.activeElement)?.dataset['entry']
}

function entryOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>('[data-entry]') ?? null
}
