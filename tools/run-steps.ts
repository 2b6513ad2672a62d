import { availableParallelism } from 'node:os'
import { type Command, type CommandResult, formatSeconds, runCommand } from './run-command.ts'

export interface Step {
  readonly name: string
  readonly command: Command
}

/**
 * Runs independent steps, as many at once as there are processors, and says a line about each as it
 * ends. Gives the number of failed ones, whose output comes last, where the reader looks first.
 */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  const startedAt = performance.now()
  const nameWidth = Math.max(...steps.map(({ name }) => name.length))
  const failures: { readonly name: string; readonly result: CommandResult }[] = []
  const waiting = [...steps]
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await runCommand(step.command)
      const word = result.ok ? 'ok    ' : 'failed'
      console.log(`${step.name.padEnd(nameWidth)}  ${word}  ${formatSeconds(result.durationMs)}`)
      if (!result.ok) failures.push({ name: step.name, result })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  for (const { name, result } of failures) {
    console.log(`\n──── ${name} ────\n${result.output.trim()}`)
  }
  const duration = formatSeconds(performance.now() - startedAt)
  console.log(
    failures.length === 0
      ? `\nAll ${steps.length} steps passed in ${duration}.`
      : `\n${failures.length} of ${steps.length} steps failed: ${failures.map(({ name }) => name).join(', ')}.`,
  )
  return failures.length
}
