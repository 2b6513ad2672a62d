import { PlatformError } from '../../platform-error.ts'
import { LongReads } from './long-reads.ts'

/**
 * Looks for damage in the whole database, in a thread of its own. Gives what is wrong, if
 * anything is.
 */
export async function checkIntegrity(file: string): Promise<PlatformError | undefined> {
  await using reads = new LongReads(file, Number.POSITIVE_INFINITY)
  const rows = await reads.read<[finding: string]>('PRAGMA quick_check(1)', [])
  const reason = rows[0]?.[0] ?? 'the check gave no answer'
  return reason === 'ok' ? undefined : new PlatformError('databaseCorrupt', { file, reason })
}

/**
 * Waits for the check up to `limitMs` and throws what it finds; later findings go to `onDamage`.
 *
 * @see reliability
 */
export async function checkBriefly(
  file: string,
  limitMs: number,
  onDamage: (error: PlatformError) => void,
): Promise<void> {
  const check = checkIntegrity(file)
  const { promise: timeOut, resolve } = Promise.withResolvers<'later'>()
  const timer = setTimeout(resolve, limitMs, 'later')
  const found = await Promise.race([check, timeOut])
  clearTimeout(timer)
  if (found instanceof PlatformError) throw found
  if (found !== 'later') return
  check.then(
    (damage) => damage && onDamage(damage),
    // The process ends before the check does.
    () => undefined,
  )
}
