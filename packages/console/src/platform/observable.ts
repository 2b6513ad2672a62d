import { useSyncExternalStore } from 'react'

/** A value that says when it is another one. */
export interface Observable<T> {
  readonly get: () => T
  /** Calls `listener` after each change; the result ends that. */
  readonly subscribe: (listener: () => void) => () => void
}

export interface Changeable<T> extends Observable<T> {
  readonly set: (value: T) => void
}

export function buildObservable<T>(initial: T): Changeable<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The value of now; the component renders again when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get)
}

/** A part of it; what else changes in it is nothing to the component. */
export function usePartOf<T, Part extends string | boolean>(
  observable: Observable<T>,
  part: (value: T) => Part,
): Part {
  return useSyncExternalStore(observable.subscribe, () => part(observable.get()))
}
