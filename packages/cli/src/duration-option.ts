import { InvalidArgumentError, Option } from 'commander'
import { parseDuration } from './duration.ts'

/** An option that takes a duration and gives it in ms. */
export function durationOption(flags: string, description: string, usual?: string): Option {
  const option = new Option(flags, description).argParser(toMs)
  return usual === undefined ? option : option.default(toMs(usual), usual)
}

function toMs(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined)
    throw new InvalidArgumentError('It must be like 500ms, 5s or 2min, and at most 24d.')
  return ms
}
