import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { useShortcut } from '../shell/shortcuts.tsx'
import { Button } from './button.tsx'
import { holdBack } from './hold-back.ts'
import styles from './live-list.module.css'

export interface LiveListProps<Item> {
  readonly items: readonly Item[]
  readonly idOf: (item: Item) => string
  /** Another page or filter: the list is another one, and nothing of the last one is held. */
  readonly listKey: string
  /** A table of the items that are to be shown now. */
  readonly children: (items: readonly Item[]) => ReactNode
}

/**
 * Around a list that is read again and again: nothing moves while the pointer or the focus is in
 * it, a pill collects what is new (console §3.5); `j` and `k` go through its rows (§2.6).
 */
export function LiveList<Item>({ items, idOf, listKey, children }: LiveListProps<Item>) {
  const frame = useRef<HTMLDivElement>(null)
  const isPointed = useRef(false)
  const [held, setHeld] = useState<{ listKey: string; items: readonly Item[] }>()
  const isHeld = held?.listKey === listKey
  const steady = holdBack({
    shown: isHeld ? held.items : items,
    latest: items,
    idOf,
    // In any order, what is new may be anywhere.
    isFull: false,
  })
  const hold = (): void => {
    if (!isHeld) setHeld({ listKey, items })
  }
  useShortcut({ keys: 'j', words: 'Next row', run: () => focusRow(frame.current, 1) })
  useShortcut({ keys: 'k', words: 'Previous row', run: () => focusRow(frame.current, -1) })
  return (
    <div
      ref={frame}
      className={styles.list}
      onPointerMove={({ pointerType }) => {
        if (pointerType !== 'mouse') return
        isPointed.current = true
        hold()
      }}
      onPointerLeave={({ currentTarget }) => {
        isPointed.current = false
        if (!currentTarget.contains(document.activeElement)) setHeld(undefined)
      }}
      onFocus={hold}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!isPointed.current && !currentTarget.contains(relatedTarget)) setHeld(undefined)
      }}
    >
      {steady.waiting > 0 && (
        <div className={styles.pill}>
          <Button
            isSmall
            look="primary"
            icon="refresh"
            onPress={() => setHeld({ listKey, items })}
            data-testid="show-new"
          >
            {steady.waiting} new
          </Button>
        </div>
      )}
      {children(steady.entries.map(({ item }) => item))}
    </div>
  )
}

function focusRow(frame: HTMLElement | null, step: 1 | -1): void {
  const rows = [...(frame?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const present = rows.findIndex((row) => row.contains(document.activeElement))
  // From outside of the list both keys lead to its first row.
  const next = present === -1 ? 0 : Math.min(Math.max(present + step, 0), rows.length - 1)
  rows[next]?.focus()
}
