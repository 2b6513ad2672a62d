import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Ticks of the kernel's accounting per second; 100 nearly everywhere. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Processor time of all threads of a process since its start, user and system, in ms. */
export function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program stands in parentheses and may contain anything, spaces too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])]
  return ((userTicks + systemTicks) / ticksPerSecond) * 1000
}

/**
 * Time that a core has spent on programs since the machine started, whoever's they are, in ms.
 *
 * Interrupts are left out: the network inside the machine is most of them, and it is ours.
 */
export function readCoreBusyMs(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1]
  if (line === undefined) throw new Error(`/proc/stat has no core ${core}`)
  const [user = 0, nice = 0, system = 0] = line.split(' ').map(Number)
  return ((user + nice + system) / ticksPerSecond) * 1000
}

/** Memory of a process that is resident now, in bytes. */
export function readResidentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) * 1024
}
