import type { RefObject } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'
import type { HeldList } from './hold-back.ts'
import { holdBack } from './hold-back.ts'

export interface HeldListOptions<Item> {
  /** The list as it was last read, newest first. */
  readonly latest: readonly Item[]
  /** When it was read, in milliseconds since 1970. */
  readonly updatedAt: number
  /** Which list it is: filter and page. Another one is shown at once. */
  readonly scope: string
  readonly idOf: (item: Item) => string
  readonly isFull: boolean
  /** Where it is shown. */
  readonly frame: RefObject<HTMLElement | null>
}

export interface LiveList<Item> extends HeldList<Item> {
  /** Shows what waits, now. */
  readonly showAll: () => void
  /** Shows what comes with the next reading although the user is busy: it is the user's own. */
  readonly showNext: () => void
}

/**
 * A list that is read again and again, in which nothing moves under the pointer or the focus
 * (console §3.5): what is new waits until the user has turned away or asks for it.
 */
export function useHeldList<Item>({
  latest,
  updatedAt,
  scope,
  idOf,
  isFull,
  frame,
}: HeldListOptions<Item>): LiveList<Item> {
  const [shown, setShown] = useState({ scope, items: latest })
  const isNextShown = useRef(false)
  if (shown.scope !== scope) setShown({ scope, items: latest })

  // oxlint-disable-next-line react/exhaustive-deps -- with each reading, not with each rendering
  useLayoutEffect(() => {
    if (!isNextShown.current && isBusyWith(frame.current)) return
    isNextShown.current = false
    setShown({ scope, items: latest })
  }, [updatedAt])

  return {
    ...holdBack({ shown: shown.items, latest, idOf, isFull }),
    showAll: () => setShown({ scope, items: latest }),
    showNext: () => {
      isNextShown.current = true
    },
  }
}

/** Whether the user points at it, is in it with the keyboard, has scrolled into it or selects it. */
function isBusyWith(frame: HTMLElement | null): boolean {
  if (frame === null) return false
  const selection = document.getSelection()
  return (
    frame.matches(':hover') ||
    frame.contains(document.activeElement) ||
    frame.getBoundingClientRect().top < 0 ||
    (selection !== null && !selection.isCollapsed && frame.contains(selection.anchorNode))
  )
}
