/** Shortcuts by their keys, written with a space between: `g d`. */
export interface Shortcut {
  readonly keys: string
  readonly words: string
  readonly run: () => void
}

/** A second key counts as the continuation of the first one within this time. */
export const sequencePauseMs = 1_500

export type KeyStep =
  | { readonly kind: 'none' }
  /** The keys so far begin at least one shortcut. */
  | { readonly kind: 'waiting'; readonly keys: string }
  | { readonly kind: 'found'; readonly shortcut: Shortcut }

/** What one more key means after the keys so far (empty at the beginning). */
export function stepSequence(
  shortcuts: readonly Shortcut[],
  keysSoFar: string,
  key: string,
): KeyStep {
  const keys = keysSoFar === '' ? key : `${keysSoFar} ${key}`
  const shortcut = shortcuts.find((each) => each.keys === keys)
  if (shortcut !== undefined) return { kind: 'found', shortcut }
  if (shortcuts.some((each) => each.keys.startsWith(`${keys} `))) return { kind: 'waiting', keys }
  // `g`, then something else that is a shortcut of its own.
  return keysSoFar === '' ? { kind: 'none' } : stepSequence(shortcuts, '', key)
}
