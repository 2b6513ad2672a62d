import { nodeCommand, packageCommand } from './run-command.ts'
import type { Step } from './run-steps.ts'

/** Folders with sources of ours. */
export const sourceFolders = ['packages', 'e2e', 'bench', 'tools'] as const

/** Everything about the sources that can be said without running them. The slow ones come first. */
export const checkSteps: readonly Step[] = [
  { name: 'lint', command: packageCommand('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'types', command: packageCommand('tsc', '--build') },
  { name: 'unused', command: packageCommand('knip', '--no-progress') },
  { name: 'walls', command: packageCommand('depcruise', ...sourceFolders) },
  {
    name: 'purity',
    command: packageCommand('tsc', '--project', 'tools/pure-packages.tsconfig.json'),
  },
  { name: 'format', command: packageCommand('biome', 'check', '--error-on-warnings') },
  { name: 'generated', command: nodeCommand('tools/generate.ts', '--check') },
]

/** Those tests that take milliseconds. The ones with sockets and disks run in `npm test`. */
export const unitTests: Step = {
  name: 'unit tests',
  command: nodeCommand('tools/test.ts', 'unit tests and laws'),
}
