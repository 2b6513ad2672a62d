// `npm run check`: what has to be green before every commit. One line for each step; the output of
// a step only if it failed.
import { checkSteps, unitTests } from './check-steps.ts'
import { runSteps } from './run-steps.ts'

const failed = await runSteps([...checkSteps, unitTests])
process.exitCode = failed === 0 ? 0 : 1
