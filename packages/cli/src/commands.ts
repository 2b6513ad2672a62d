import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

interface CommandRow {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<(terminal: Terminal) => Command>
}

/** Every command, in the order of the help. Each has a file of its own. */
export const commands: readonly CommandRow[] = [
  {
    name: 'serve',
    summary: 'run the platform in this process',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'registration',
    summary: 'announce devices, see who asks, let them in',
    load: async () => (await import('./registration.ts')).registrationCommand,
  },
  {
    name: 'device',
    summary: 'play a device, or send rows as one',
    load: async () => (await import('./device.ts')).deviceCommand,
  },
  {
    name: 'simulate',
    summary: 'play many devices, and watch how they are served',
    load: async () => (await import('./simulate.ts')).simulateCommand,
  },
  {
    name: 'wire',
    summary: 'watch what a device says and hears, decoded',
    load: async () => (await import('./wire.ts')).wireCommand,
  },
  {
    name: 'decode',
    summary: 'explain rows: what they mean, or what is wrong with them',
    load: async () => (await import('./decode.ts')).decodeCommand,
  },
]
