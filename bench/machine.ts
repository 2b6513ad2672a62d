import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** Starts a program that stays on the cores of a list. */
export const pinningProgram = 'taskset'

/** Which core each side has to itself, so that neither takes time from the other. */
export type Cores =
  | { readonly kind: 'pinned'; readonly server: number; readonly load: number }
  | { readonly kind: 'shared'; readonly reason: string }

/** The first two cores that we may use, or why nothing can be pinned. */
export function chooseCores(): Cores {
  if (process.platform !== 'linux') return { kind: 'shared', reason: 'taskset is a Linux program' }
  const [server, load] = allowedCores()
  if (server === undefined || load === undefined) {
    return { kind: 'shared', reason: 'there is only one core' }
  }
  if (spawnSync(pinningProgram, ['--version']).error !== undefined) {
    return { kind: 'shared', reason: 'there is no taskset (package util-linux)' }
  }
  return { kind: 'pinned', server, load }
}

/** The core of one side, `undefined` where nothing is pinned. */
export function coreOf(cores: Cores, side: 'server' | 'load'): number | undefined {
  return cores.kind === 'pinned' ? cores[side] : undefined
}

/** One line for the head of a report. */
export function describeMachine(cores: Cores): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const where =
    cores.kind === 'pinned'
      ? `server on core ${cores.server}, load generator on core ${cores.load}`
      : `NOT pinned: ${cores.reason}; server and load generator take time from each other`
  return `${model}, ${cpus().length} cores; ${where}`
}

/** `0-1,4` of /proc/self/status as 0, 1, 4. */
function allowedCores(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return (list ?? '').split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}
