import { useEffect, useEffectEvent, useMemo } from 'react'
import { Dialog, DialogBody } from '../parts/dialog.tsx'
import type { Changeable } from '../platform/observable.ts'
import { buildObservable, useObservable } from '../platform/observable.ts'
import { appearance } from '../visual/appearance.ts'
import type { Shortcut } from './key-sequence.ts'
import { sequencePauseMs, stepSequence } from './key-sequence.ts'
import styles from './shortcuts.module.css'

const pageShortcuts = buildObservable<readonly Shortcut[]>([])

/** A shortcut that works while the component is there; `?` lists it. */
export function useShortcut({ keys, words, run }: Shortcut): void {
  const onRun = useEffectEvent(run)
  useEffect(() => {
    const shortcut = { keys, words, run: () => onRun() }
    pageShortcuts.set([...pageShortcuts.get(), shortcut])
    return () => pageShortcuts.set(pageShortcuts.get().filter((each) => each !== shortcut))
  }, [keys, words])
}

export interface ShortcutsProps {
  /** Those that work on every page. */
  readonly shortcuts: readonly Shortcut[]
  readonly sheet: Changeable<boolean>
}

/** Listens to single keys, and shows the sheet of those that there are (console §2.6). */
export function Shortcuts({ shortcuts, sheet }: ShortcutsProps) {
  const ofPage = useObservable(pageShortcuts)
  const { hasShortcuts } = useObservable(appearance)
  const isSheetOpen = useObservable(sheet)
  const all = useMemo(() => [...shortcuts, ...ofPage], [shortcuts, ofPage])

  useEffect(() => {
    if (!hasShortcuts) return
    let keysSoFar = ''
    let lastAt = 0
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return
      if (event.timeStamp - lastAt > sequencePauseMs) keysSoFar = ''
      lastAt = event.timeStamp
      const step = stepSequence(all, keysSoFar, event.key)
      keysSoFar = step.kind === 'waiting' ? step.keys : ''
      if (step.kind === 'none') return
      event.preventDefault()
      event.stopPropagation()
      if (step.kind === 'found') step.shortcut.run()
    }
    // Before grids and lists, where a letter would search.
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [all, hasShortcuts])

  return (
    <Dialog
      title="Keyboard shortcuts"
      isOpen={isSheetOpen}
      onClose={() => sheet.set(false)}
      testId="shortcut-sheet"
    >
      <DialogBody>
        <ShortcutList title="Everywhere" shortcuts={shortcuts} />
        {ofPage.length > 0 && <ShortcutList title="On this page" shortcuts={ofPage} />}
        <p className={styles.note}>
          {hasShortcuts
            ? 'Single keys do nothing while you type in a field. They can be switched off in the user menu.'
            : 'Single keys are switched off. They can be switched on in the user menu.'}
        </p>
      </DialogBody>
    </Dialog>
  )
}

function ShortcutList({
  title,
  shortcuts,
}: {
  readonly title: string
  readonly shortcuts: readonly Shortcut[]
}) {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.list}>
        {shortcuts.map(({ keys, words }) => (
          <div key={keys} className={styles.row}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Whether the key belongs to a field, or to a layer above the page. */
function isTaken({ target }: KeyboardEvent): boolean {
  if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null) return true
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  )
}
