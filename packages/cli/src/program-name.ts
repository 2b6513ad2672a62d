/** As whoever reads it can type it again: in a clone the command is found by `npx` only. */
export const programName = process.env['npm_command'] === 'exec' ? 'npx pileus' : 'pileus'
