import { existsSync } from 'node:fs'
import { pinnedNode } from './repository.mjs'

/**
 * What the reader sees, on standard error: one line that changes on a terminal, else a line at the
 * beginning, at the end, and one every 15 s so that a log does not look dead.
 */
export function startProgress() {
  const isTerminal = process.stderr.isTTY === true
  const startedAt = Date.now()
  let words = ''
  let packages = 0
  let lastPackageAt = 0
  let lastShownAt = 0
  const seconds = () => Math.round((Date.now() - startedAt) / 1000)
  const detail = () => {
    if (packages === 0) return ''
    // The one long download is that of Node, which its own install script makes.
    const isQuiet = Date.now() - lastPackageAt > 1000
    return isQuiet && !existsSync(pinnedNode) ? ', fetching Node.js' : `, ${packages} packages`
  }
  const text = () => `Setting up: ${words}${detail()} (${seconds()} s)`
  const show = () => {
    if (words === '') return
    if (isTerminal) {
      process.stderr.write(`\r\x1b[2K${text().slice(0, (process.stderr.columns ?? 80) - 1)}`)
    } else if (Date.now() - lastShownAt >= 15_000) {
      process.stderr.write(`${text()}\n`)
      lastShownAt = Date.now()
    }
  }
  const timer = setInterval(show, isTerminal ? 200 : 1000)
  return {
    begin(next) {
      if (words === next) return
      words = next
      packages = 0
      lastShownAt = 0
      show()
    },
    onNpmLine(line) {
      if (!/^npm http fetch GET 200 \S+\.tgz /.test(line)) return
      packages += 1
      lastPackageAt = Date.now()
    },
    succeed() {
      words = ''
      process.stderr.write(`${isTerminal ? '\r\x1b[2K' : ''}Set up in ${seconds()} s.\n`)
    },
    end() {
      clearInterval(timer)
      if (isTerminal && words !== '') process.stderr.write('\r\x1b[2K')
    },
  }
}
