// `npm run pictures`: the pictures of the README, taken of the demonstration in a real browser.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { Demo } from './demo/start-demo.ts'
import { startDemo } from './demo/start-demo.ts'
import { findOnPath } from './foreign-programs.ts'
import { repositoryRoot } from './run-command.ts'

interface Picture {
  readonly name: string
  readonly path: (demo: Demo) => Promise<string>
  /** Brings the page to where there is something to see. */
  readonly prepare: (page: Page) => Promise<void>
}

const pictures: readonly Picture[] = [
  {
    name: 'registration',
    path: async () => '/registration',
    prepare: async (page) => {
      const contested = page.getByRole('row').filter({ hasText: 'Contested' })
      await contested.getByTestId('toggle-diary').click()
      await page.getByTestId('diary').getByRole('row').nth(1).waitFor()
    },
  },
  {
    name: 'measurements',
    path: async (demo) => `/devices/${await demo.idOf('cold-02')}/measurements?range=24h`,
    prepare: async (page) => {
      await page.locator('canvas').first().waitFor()
    },
  },
  {
    name: 'operations',
    path: async (demo) => `/devices/${await demo.idOf('cold-02')}/operations`,
    prepare: async (page) => {
      await page
        .getByRole('button', { name: /Ask for the state/ })
        .last()
        .click()
      await page.getByTestId('trace').waitFor()
    },
  },
]

const folder = join(repositoryRoot, 'docs', 'pictures')
const schemes = ['light', 'dark'] as const

const executablePath = findOnPath('chromium')
if (executablePath === undefined) {
  console.error('Pictures need chromium on the path (Debian package chromium).')
  process.exit(69)
}
const env = { ...process.env, PILEUS_HTTP_PORT: '0', PILEUS_MQTT_PORT: '0' }
const say = (step: string): void => console.log(`  ${step} …`)
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const demo = await startDemo({ env, onStep: say, signal: new AbortController().signal })
try {
  for (const scheme of schemes) {
    for (const picture of pictures) await take(picture, scheme)
  }
} finally {
  await browser.close()
  await demo[Symbol.asyncDispose]()
}

async function take(picture: Picture, colorScheme: (typeof schemes)[number]): Promise<void> {
  const context = await browser.newContext({
    colorScheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
  })
  const page = await context.newPage()
  await page.goto(`${demo.platform.httpUrl}/console${await picture.path(demo)}`)
  const [tenant = '', user = ''] = demo.user.split('/')
  await page.getByTestId('sign-in-tenant').fill(tenant)
  await page.getByTestId('sign-in-user').fill(user)
  await page.getByTestId('sign-in-password').fill(demo.password)
  await page.getByTestId('sign-in-submit').click()
  await picture.prepare(page)
  // Skeletons and the first answers are gone once nothing has been asked for a moment.
  await page.waitForLoadState('networkidle')
  const file = `${picture.name}-${colorScheme}.png`
  await page.screenshot({ path: join(folder, file) })
  say(`docs/pictures/${file}`)
  await context.close()
}
