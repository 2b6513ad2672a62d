import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

const patienceMs = 10_000
const pauseMs = 20

/**
 * Asks again and again until the answer is one to go on with, and gives that answer. For what can
 * only be asked for, such as REST; what announces itself is awaited. `what` completes "waited in
 * vain for …".
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  isEnough: (answer: T) => boolean = Boolean,
): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (isEnough(answer)) return answer
    if (performance.now() > deadline) {
      assert.fail(`Waited in vain for ${what}; at last it was ${JSON.stringify(answer)}`)
    }
    await pause(pauseMs)
  }
}

/** The value, or a failure that says what did not come in time. Infinite patience is possible. */
export async function inTime<T>(
  what: string,
  promise: Promise<T>,
  ms: number = patienceMs,
): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY) return await promise
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new assert.AssertionError({ message: `Waited in vain for ${what}` }))
  }, ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
