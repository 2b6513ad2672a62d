/*
 * Live pages take controls away while they have the focus, as the button *Accept* of a device that
 * is accepted now. The focus then stays as near as possible instead of falling back to the start of
 * the page (WCAG 2.4.3).
 */

/** The last focused element of the page and what is around it, inside out. */
let path: readonly Element[] = []

/** Watches the content of the page until the result is called. */
export function watchFocus(main: HTMLElement): () => void {
  const onFocusIn = ({ target }: FocusEvent): void => {
    if (target instanceof Element) path = ancestorsOf(target)
  }
  const onFocusOut = ({ target, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null) return
    queueMicrotask(() => {
      // Left on purpose, not taken away.
      if (target instanceof Element && target.isConnected) path = []
    })
  }
  const observer = new MutationObserver(rescueFocus)
  main.addEventListener('focusin', onFocusIn)
  main.addEventListener('focusout', onFocusOut)
  observer.observe(main, { childList: true, subtree: true })
  return () => {
    main.removeEventListener('focusin', onFocusIn)
    main.removeEventListener('focusout', onFocusOut)
    observer.disconnect()
  }
}

/** Moves a lost focus to what is left around the element that had it. */
export function rescueFocus(): void {
  if (document.activeElement !== document.body) return
  const [lost] = path
  if (lost === undefined || lost.isConnected) return
  const next = path.find((element) => element.isConnected && element.matches('[tabindex]'))
  if (next instanceof HTMLElement) next.focus()
}

function ancestorsOf(element: Element): readonly Element[] {
  const { parentElement } = element
  return parentElement === null ? [element] : [element, ...ancestorsOf(parentElement)]
}
