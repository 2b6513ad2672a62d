import { spawnSync } from 'node:child_process'
import { repositoryRoot } from '../run-command.ts'
import { code, codeBlock, page } from './markdown.ts'

/** The help of every command, as the program prints it. */
export function commandLinePage(): string {
  const top = ['help']
  const [help = ''] = outputsOf([top])
  const groups = subcommandsOf(help).map((name) => [name])
  const helps = outputsOf(groups.map((words) => ['help', ...words]))
  const nested = groups.flatMap((words, index) =>
    subcommandsOf(helps[index] ?? '').map((name) => [...words, name]),
  )
  const nestedHelps = outputsOf(nested.map((words) => ['help', ...words]))
  const texts = new Map<string, string>([
    ...groups.map((words, index) => [words.join(' '), helps[index] ?? ''] as const),
    ...nested.map((words, index) => [words.join(' '), nestedHelps[index] ?? ''] as const),
  ])
  return page(
    'Command line',
    'packages/cli/src',
    'How to work with it: [the command line](../guides/command-line.md).',
    codeBlock('', help.trimEnd()),
    ...groups.flatMap(([name = '']) => [
      `## pileus ${name}`,
      codeBlock('', texts.get(name)?.trimEnd() ?? ''),
      ...nested
        .filter(([group]) => group === name)
        .flatMap((words) => [
          `### pileus ${words.join(' ')}`,
          codeBlock('', texts.get(words.join(' '))?.trimEnd() ?? ''),
        ]),
    ]),
  )
}

/**
 * The guide with what its commands print now: blocks of `console` that begin with `$ pileus` and a
 * command that needs no platform.
 */
export function commandLineGuide(current: string): string | { readonly problems: string[] } {
  const block = /^```console\n\$ pileus ((?:decode|help|--version)\b.*)\n[^]*?^```$/gm
  const commands = [...current.matchAll(block)].map(([, command = '']) => command)
  if (commands.length === 0) return { problems: [`it has no block of ${code('$ pileus decode')}`] }
  const outputs = outputsOf(commands.map(splitWords)).values()
  return current.replaceAll(block, (_, command: string) =>
    codeBlock('console', `$ pileus ${command}\n${(outputs.next().value ?? '').trimEnd()}`),
  )
}

/** Names behind `Commands:` in a help text, without the one that only explains. */
function subcommandsOf(help: string): readonly string[] {
  const [, section = ''] = /^Commands:\n((?: .*\n)*)/m.exec(help) ?? []
  const names = [...section.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name)
  return names.filter((name) => name !== 'help')
}

/** Words of a shell command that quotes with `'` only. */
function splitWords(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
}

/** What the program prints for each list of arguments, without a terminal, in one process. */
function outputsOf(argumentLists: readonly (readonly string[])[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@pileus/source', '--input-type=module', '--eval', runAll],
    {
      cwd: repositoryRoot,
      input: JSON.stringify(argumentLists),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], COLUMNS: '100' },
    },
  )
  if (status !== 0) throw new Error(`The command line does not run:\n${stderr}`)
  return JSON.parse(stdout)
}

const runAll = `
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { noPaint } from './packages/cli/src/paint.ts'
import { runCommandLine } from './packages/cli/src/run-command-line.ts'

const outputs = []
for (const args of JSON.parse(await text(process.stdin))) {
  let said = ''
  const output = new Writable({
    write: (chunk, _, done) => {
      said += chunk
      done()
    },
  })
  await runCommandLine(args, {
    input: Readable.from([]),
    output,
    errors: output,
    env: process.env,
    paint: noPaint,
    paintErrors: noPaint,
  })
  outputs.push(said)
}
process.stdout.write(JSON.stringify(outputs))
// A row that is explained as wrong has set another.
process.exitCode = 0
`
