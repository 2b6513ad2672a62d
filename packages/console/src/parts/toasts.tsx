import { useEffect } from 'react'
import { buildObservable, useObservable } from '../platform/observable.ts'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import { announce } from './announcer.ts'
import { Button } from './button.tsx'
import styles from './toasts.module.css'

interface Toast {
  readonly id: number
  readonly tone: 'success' | 'critical'
  readonly text: string
}

const shownMs = 8_000
/** The oldest goes when another one comes. */
const toastsMax = 4

const toasts = buildObservable<readonly Toast[]>([])
let lastId = 0

/** Says that something the user did has happened, on screen and to assistive technology. */
export function showToast(text: string, tone: Toast['tone'] = 'success'): void {
  lastId += 1
  toasts.set([...toasts.get(), { id: lastId, tone, text }].slice(-toastsMax))
  announce(text)
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id))
}

export function Toasts() {
  const shown = useObservable(toasts)
  // The next user is told nothing of what this one did.
  useEffect(() => () => toasts.set([]), [])
  return (
    <section className={styles.toasts} aria-label="Notifications">
      <ul className={styles.list}>
        {shown.map((toast) => (
          <ToastItem key={toast.id} toast={toast} />
        ))}
      </ul>
    </section>
  )
}

function ToastItem({ toast: { id, tone, text } }: { readonly toast: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), shownMs)
    return () => clearTimeout(timer)
  }, [id])
  return (
    <li className={classes(styles.toast, styles[tone])} data-testid="toast">
      <Icon name={tone === 'success' ? 'check' : 'octagon'} />
      <span className={styles.text}>{text}</span>
      <Button
        look="quiet"
        isSmall
        isIconOnly
        icon="close"
        aria-label="Dismiss"
        onPress={() => dismiss(id)}
      />
    </li>
  )
}
