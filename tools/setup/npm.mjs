import { basename } from 'node:path'
import { root, SetupError } from './repository.mjs'
import { interruptedWords, runProgram, wasInterrupted } from './run-program.mjs'

/** What the reader can do about a failure of npm, told by a sign in its output. */
const advice = [
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|SOCKET_TIMEOUT/,
    words:
      'npm could not reach its registry. Check the network, and `npm config get registry` and\n' +
      '`npm config get proxy` if you are behind a proxy; then run the same command again.',
  },
  {
    sign: /ENOSPC/,
    words:
      'The disk is full. The installation needs about 500 MB; then run the same command again.',
  },
  {
    sign: /EACCES|EPERM|EROFS/,
    words:
      'npm may not write here. The folder of the repository and the npm cache\n' +
      '(`npm config get cache`) must belong to you; then run the same command again.',
  },
  {
    sign: /EINTEGRITY/,
    words:
      'A downloaded package is not the one that package-lock.json names. Run\n' +
      '`npm cache clean --force`, then the same command again. If it stays, do not go on:\n' +
      'the registry serves something else than what was tested.',
  },
]

/** Runs npm and hands each line that it says to `onLine`. Throws, with advice, when it fails. */
export async function runNpm(args, events) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=http']
  // The first retry after 10 s and the second after 60 s, as npm has it, look like a hang.
  const impatient = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=8000']
  const [program, ...before] = npmCommand()
  const outcome = await runProgram(program, [...before, ...args, ...quiet, ...impatient], {
    ...events,
    cwd: root,
    env: environmentForNpm(),
    shell: program === 'npm' && process.platform === 'win32',
  })
  if (outcome.code !== 0) throw new SetupError(explainFailure(outcome))
}

/** npm's own script if npm runs us, else whatever `npm` the shell would find. */
function npmCommand() {
  const script = process.env.npm_execpath
  return script && basename(script).startsWith('npm') ? [process.execPath, script] : ['npm']
}

/** Without what would change how much is installed; the reader's registry and proxy stay. */
function environmentForNpm() {
  const decided = /^(NODE_ENV|npm_config_(omit|include|only|production|workspaces?|dry_run))$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !decided.test(name)))
}

function explainFailure(outcome) {
  const { error, lines } = outcome
  if (error) return `npm could not be started (${error.message}). It comes with Node.js.`
  if (wasInterrupted(outcome)) return interruptedWords
  const isNoise = (line) => /^npm (http|warn|verbose)|^(npm error)?\s*(at .*|[{}]*)$/.test(line)
  const said = lines.filter((line) => !isNoise(line))
  const words =
    advice.find(({ sign }) => said.some((line) => sign.test(line)))?.words ??
    'If the lines above do not help, remove node_modules and run the same command again.'
  return `The set-up failed. The last that npm said:\n\n${said
    .slice(-12)
    .map((line) => `    ${line}`)
    .join('\n')}\n\n${words}`
}
