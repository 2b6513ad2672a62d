import type { Cores } from './machine.ts'
import { readCoreBusyMs, readCpuMs } from './process-usage.ts'

/** Whose processor time is read. */
export interface Metered {
  readonly serverPid: number
  readonly generatorPid: number
  /** Where they are pinned, nobody else should be on their cores. */
  readonly cores: Cores
}

/** Processor time between two moments, and the time between them. */
export interface Usage {
  readonly durationMs: number
  readonly serverCpuMs: number
  readonly generatorCpuMs: number
  /** What other programs took of both cores; 0 where nothing is pinned. */
  readonly foreignCpuMs: number
}

/** Begins to measure; the function that it gives ends that. */
export function startMeter(metered: Metered): () => Usage {
  const begin = readMeter(metered)
  return () => {
    const end = readMeter(metered)
    const serverCpuMs = end.serverCpuMs - begin.serverCpuMs
    const generatorCpuMs = end.generatorCpuMs - begin.generatorCpuMs
    const coresBusyMs = end.coresBusyMs - begin.coresBusyMs
    return {
      durationMs: end.at - begin.at,
      serverCpuMs,
      generatorCpuMs,
      foreignCpuMs: Math.max(0, coresBusyMs - serverCpuMs - generatorCpuMs),
    }
  }
}

function readMeter({ serverPid, generatorPid, cores }: Metered) {
  return {
    at: performance.now(),
    serverCpuMs: readCpuMs(serverPid),
    generatorCpuMs: readCpuMs(generatorPid),
    coresBusyMs:
      cores.kind === 'pinned' ? readCoreBusyMs(cores.server) + readCoreBusyMs(cores.load) : 0,
  }
}

/** Several usages as if they were one. */
export function sumUsages(usages: readonly Usage[]): Usage {
  const sum = (pick: (usage: Usage) => number): number =>
    usages.reduce((total, usage) => total + pick(usage), 0)
  return {
    durationMs: sum((usage) => usage.durationMs),
    serverCpuMs: sum((usage) => usage.serverCpuMs),
    generatorCpuMs: sum((usage) => usage.generatorCpuMs),
    foreignCpuMs: sum((usage) => usage.foreignCpuMs),
  }
}

/** A line for the reader who wants to know what the limit was. */
export function describeUsage(usage: Usage): string {
  const percent = (cpuMs: number): string => `${Math.round((cpuMs / usage.durationMs) * 100)} %`
  return (
    `Of a core: server ${percent(usage.serverCpuMs)}, load generator ` +
    `${percent(usage.generatorCpuMs)}, other programs ${percent(usage.foreignCpuMs)}.`
  )
}
