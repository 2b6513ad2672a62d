/**
 * Calls `act` `count` times, `perSecond` times a second, with the moment at which it was due.
 *
 * The schedule does not wait for anybody: whoever measures from the moment `dueAt` also counts
 * what a slow server keeps waiting. Timers are exact to a millisecond only, so this turns with
 * the event loop instead and takes the whole core.
 */
export async function atSteadyPace(
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  act: (index: number, dueAt: number) => void,
): Promise<void> {
  const startedAt = performance.now()
  const intervalMs = 1000 / perSecond
  await new Promise<void>((resolve, reject) => {
    let index = 0
    function turn(): void {
      try {
        const now = performance.now()
        for (; index < count && startedAt + index * intervalMs <= now; index++) {
          act(index, startedAt + index * intervalMs)
        }
      } catch (error) {
        reject(error)
        return
      }
      if (index < count) setImmediate(turn)
      else resolve()
    }
    turn()
  })
}
