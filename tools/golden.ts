import { runGoldenFolder } from './golden/run-golden.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('Usage: npm run golden -- DIR\nRuns every golden case file in DIR.\n')
  process.exit(2)
}

let passed = 0
let failed = 0
for await (const { id, title, difference } of runGoldenFolder(folder)) {
  if (difference === undefined) {
    passed++
  } else {
    failed++
    process.stdout.write(`${id} ${title}\n  ${difference}\n`)
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
