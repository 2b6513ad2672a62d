import type { Eventually } from './ports.ts'

/**
 * `next` with the value: at once when it is there, later when it is promised. Hot paths use it,
 * since an `await` costs a turn of the queue even for a value that is there.
 */
export function whenThere<T, U>(
  value: Eventually<T>,
  next: (value: T) => Eventually<U>,
): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
