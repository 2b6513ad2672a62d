import { formatDuration } from './duration.ts'

/** What the pretend shell can say of the device that it is in. */
export interface PretendDevice {
  readonly startedAt: number
  readonly temperature: number
}

const commands: Readonly<
  Record<
    string,
    {
      readonly help: string
      readonly run: (rest: string, device: PretendDevice, now: number) => string
    }
  >
> = {
  help: {
    help: 'what can be said here',
    run: () =>
      Object.entries(commands)
        .map(([name, { help }]) => `${name.padEnd(12)}${help}`)
        .join('\n'),
  },
  uptime: {
    help: 'since when the device runs',
    run: (_, { startedAt }, now) => `up ${formatDuration(now - startedAt)}`,
  },
  echo: { help: 'says the rest of the line', run: (rest) => rest },
  temperature: {
    help: 'the last one measured',
    run: (_, { temperature }) => `${temperature.toFixed(1)} C`,
  },
}

/**
 * Answers a shell command of an operator out of a table, in words only: nothing is ever run on the
 * machine. Throws for any other command, which makes the operation FAILED with that reason.
 */
export function answerCommand(text: string, device: PretendDevice, now: number): string {
  const [, name = '', rest = ''] = /^\s*(\S*)\s*([^]*?)\s*$/.exec(text) ?? []
  if (!Object.hasOwn(commands, name)) {
    throw new Error(
      `Unknown command "${name}". This device knows: ${Object.keys(commands).join(', ')}`,
    )
  }
  return commands[name]?.run(rest, device, now) ?? ''
}

/** The next temperature in °C, near the last one and drawn to 21. `random` is in [0, 1). */
export function nextTemperature(last: number, random: number): number {
  const next = last + (21 - last) * 0.05 + (random - 0.5)
  return Math.round(next * 10) / 10
}
