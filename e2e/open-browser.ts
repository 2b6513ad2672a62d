import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after } from 'node:test'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** As the shell finds it. */
const found = spawnSync('sh', ['-c', 'command -v chromium || command -v google-chrome'], {
  encoding: 'utf8',
})
const executablePath = found.stdout.trim()

/** Why there is no browser on this machine, or false: the option `skip` of a test. */
export const skipWithoutBrowser = executablePath === '' && 'chromium is not installed'

/** Of one thing that a page waits for; a slow machine with two tests at a time needs some. */
const waitMsMax = 20_000

let browser: Promise<Browser> | undefined
after(async () => {
  await (await browser)?.close()
})

/** A person at a browser of their own: nothing is shared with the other people of a test. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page complained about: exceptions, errors on its console, requests elsewhere. */
  readonly complaints: readonly string[]
}

/**
 * Opens a page in a new browser context of a headless Chromium, which the tests of a file share.
 * Requests to any other host than `origin` are complaints and go nowhere.
 */
export async function openVisitor(
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  const context = await (await browser).newContext({
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
    ...options,
  })
  context.setDefaultTimeout(waitMsMax)
  const complaints: string[] = []
  await context.route(
    (url) => url.origin !== origin,
    async (route) => {
      complaints.push(`a request to ${route.request().url()}`)
      await route.abort()
    },
  )
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isAboutAnswer(message.text())) {
      complaints.push(message.text())
    }
  })
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() }
}

/** The browser itself writes a line for each answer of 4xx and for each lost connection. */
function isAboutAnswer(text: string): boolean {
  return text.startsWith('Failed to load resource')
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Rules of WCAG 2.2 up to AA, as far as a machine can tell (console §8). */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface AxeViolation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe-core finds wrong with the page as it is now, one line for each place. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // A policy that forbids inline scripts also keeps axe out of the page's own world.
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text)
    return result.value
  }
  await evaluate(`${axe};0`)
  const run = `axe.run(document, ${JSON.stringify({ runOnly: rules })}).then((r) => r.violations)`
  const violations: readonly AxeViolation[] = await evaluate(run)
  await session.detach()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html}: ${failureSummary}`),
  )
}
