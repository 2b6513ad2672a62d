import { execFileSync } from 'node:child_process'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { CommandLineError, type OptionTable, type OptionValues } from './command-line.ts'
import { chooseCores } from './machine.ts'
import { type Platform, startPlatform } from './platform.ts'
import { ProgressLine } from './progress.ts'
import { describeRun, writeJson } from './report.ts'
import { spreadOf } from './statistics.ts'
import { formatCount, formatTable } from './table.ts'
import { openTemporaryFolder } from './temporary-folder.ts'

export const consoleOptions = {
  rounds: { type: 'count', default: 7, meaning: 'how often, each with an empty browser cache' },
  json: { type: 'file', default: undefined, meaning: 'writes everything measured to FILE' },
} as const satisfies OptionTable

/** What a visitor waits for, in ms, and what had to be fetched until then, in bytes. */
interface Visit {
  /** From the address to the field that takes what is typed. */
  readonly interactiveMs: number
  /** Over the wire, compressed, with headers. */
  readonly firstLoadBytes: number
  /** From pressing *Sign in* to the list of devices. */
  readonly signInMs: number
  /** From the press on a link to a page whose code is there already. */
  readonly pageChangeMs: number
}

/** How quickly the console is there (console §9), in a headless Chromium on the same machine. */
export async function measureConsole(
  options: OptionValues<typeof consoleOptions>,
): Promise<boolean> {
  using progress = new ProgressLine()
  using folder = openTemporaryFolder()
  await using platform = await startPlatform({ dataDir: folder.path })
  const browser = await launchBrowser()
  const visits: Visit[] = []
  try {
    for (let round = 1; round <= options.rounds; round++) {
      progress.begin(`visit ${round} of ${options.rounds}`)
      visits.push(await visit(browser, platform))
    }
  } finally {
    await browser.close()
  }
  progress[Symbol.dispose]()

  const run = describeRun(chooseCores())
  const rows = measures.map(({ name, of, limit, unit }) => {
    const { median, min, max } = spreadOf(visits.map(of))
    const cells = [median, min, max].map(formatCount)
    return { cells: [`${name}, ${unit}`, ...cells, formatCount(limit)], isKept: median <= limit }
  })
  console.log(`The console in ${browser.version()}, ${options.rounds} visits\n${run}\n`)
  console.log(
    formatTable(
      ['', 'median', 'min', 'max', 'at most'],
      rows.map(({ cells }) => cells),
    ),
  )
  writeJson(options.json, { run, options, visits })
  return rows.every(({ isKept }) => isKept)
}

const measures = [
  {
    name: 'first load',
    unit: 'kB',
    limit: 250,
    of: ({ firstLoadBytes }: Visit) => firstLoadBytes / 1000,
  },
  {
    name: 'address to a form that takes keys',
    unit: 'ms',
    limit: 1000,
    of: ({ interactiveMs }: Visit) => interactiveMs,
  },
  {
    name: 'sign-in to the list of devices',
    unit: 'ms',
    limit: 1000,
    of: ({ signInMs }: Visit) => signInMs,
  },
  {
    name: 'one page to another',
    unit: 'ms',
    limit: 300,
    of: ({ pageChangeMs }: Visit) => pageChangeMs,
  },
] as const

async function launchBrowser(): Promise<Browser> {
  const find = 'command -v chromium || command -v google-chrome || true'
  const executablePath = execFileSync('sh', ['-c', find], { encoding: 'utf8' }).trim()
  if (executablePath === '') throw new CommandLineError('No chromium on the path.')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
}

async function visit(browser: Browser, { access }: Platform): Promise<Visit> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const received = await countBytes(await context.newCDPSession(page))
  const startedAt = performance.now()
  await page.goto(`${access.httpUrl}/console/`, { waitUntil: 'commit' })
  await page.locator('[data-testid=sign-in-user]:focus').waitFor()
  const interactiveMs = performance.now() - startedAt
  await page.waitForLoadState('networkidle')
  const firstLoadBytes = received.bytes

  const [tenant = '', user = ''] = access.admin.userName.split('/')
  await page.getByTestId('sign-in-tenant').fill(tenant)
  await page.getByTestId('sign-in-user').fill(user)
  await page.getByTestId('sign-in-password').fill(access.admin.password)
  const list = page.getByRole('heading', { level: 1, name: 'Devices' })
  const signInMs = await timed(() => page.getByTestId('sign-in-submit').click(), list)
  const pageChangeMs = await changePage(page)
  await context.close()
  return { interactiveMs, firstLoadBytes, signInMs, pageChangeMs }
}

/** There and back, and there again: the first time loads the code. */
async function changePage(page: Page): Promise<number> {
  const registration = page.getByRole('heading', { level: 1, name: 'Device registration' })
  const devices = page.getByRole('heading', { level: 1, name: 'Devices' })
  await timed(() => page.getByTestId('nav-registration').click(), registration)
  await timed(() => page.getByTestId('nav-devices').click(), devices)
  return timed(() => page.getByTestId('nav-registration').click(), registration)
}

async function timed(
  act: () => Promise<void>,
  until: ReturnType<Page['getByRole']>,
): Promise<number> {
  const startedAt = performance.now()
  await act()
  await until.waitFor()
  return performance.now() - startedAt
}

/** What comes over the wire from now on. */
async function countBytes(session: CDPSession): Promise<{ readonly bytes: number }> {
  const count = { bytes: 0 }
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    count.bytes += encodedDataLength
  })
  await session.send('Network.enable')
  return count
}
