// Goal: the console keeps its word when the platform is away, when addresses are wrong and when
// somebody is still typing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { findFreePort } from './free-port.ts'
import { accessibilityProblems, openVisitor, skipWithoutBrowser } from './open-browser.ts'
import { signIn } from './sign-in.ts'
import type { Platform } from './start-platform.ts'
import { startPlatform } from './start-platform.ts'

const skip = skipWithoutBrowser

test('pages open for the first time while the platform is away', { skip }, async () => {
  const port = String(await findFreePort())
  await using platform = await startPlatform({ env: { PILEUS_HTTP_PORT: port } })
  const id = await createDevice(platform)
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  await page.goto(`${platform.httpUrl}/console/devices/${id}`)
  // Of those that nobody has asked for: the ones that are opened below, and the largest.
  const ahead = ['operations-tab', 'registration-page', 'measurements-tab'].map(async (name) => {
    const answer = await page.waitForResponse(new RegExp(`/${name}-[^/]*\\.js$`))
    await answer.finished()
  })
  await signIn(page, platform)
  await Promise.all(ahead)
  await page.waitForLoadState('networkidle')
  await platform.kill()
  await page.getByTestId('offline-banner').waitFor()
  await page.getByRole('tab', { name: 'Operations' }).click()
  await page.getByRole('heading', { name: 'New operation' }).waitFor()
  await page.getByTestId('nav-registration').click()
  await page.getByRole('heading', { name: 'Device registration' }).waitFor()
  // What cannot be sent now stays, and can be sent later as it is.
  await page.getByTestId('tab-single').click()
  await page.getByTestId('device-id').fill('meter-9')
  await page.getByTestId('register-submit').click()
  await page.getByText('The platform does not answer.').last().waitFor()
  await platform.start()
  await page.getByTestId('offline-banner').waitFor({ state: 'detached' })
  await page.getByTestId('register-submit').click()
  await page.getByTestId('followed-device').getByText('meter-9').waitFor()
  assert.deepEqual(complaints, [])
})

test('an address that means nothing shows what there is, and claims nothing', {
  skip,
}, async () => {
  await using platform = await startPlatform()
  const id = await createDevice(platform)
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  await page.goto(`${platform.httpUrl}/console/devices?page=abc&q={"a":1}&type=[1]`)
  await signIn(page, platform)
  await page.getByRole('link', { name: 'Meter' }).waitFor()
  for (const address of [
    'devices?page=9',
    'registration?page=9',
    ...['alarms', 'events', 'operations', 'children'].map((tab) => `devices/${id}/${tab}?page=9`),
  ]) {
    await goTo(page, `/console/${address}`)
    await page.getByRole('heading', { name: 'Nothing on this page' }).waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], address)
    await page.getByTestId('first-page').click()
    await page.getByTestId('first-page').waitFor({ state: 'detached' })
  }
  assert.deepEqual(complaints, [])
})

test('filters keep the focus and what is typed', { skip }, async () => {
  await using platform = await startPlatform()
  const id = await createDevice(platform)
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  await page.goto(`${platform.httpUrl}/console/devices/${id}/events`)
  await signIn(page, platform)
  await page.getByTestId('event-type').click()
  await page.keyboard.type('acme')
  await page.waitForURL(/type=acme$/)
  await page.keyboard.type('_Door')
  await page.waitForURL(/type=acme_Door$/)
  await page.getByTestId('event-period-between').click()
  const from = page.getByTestId('event-from')
  await from.fill('2031-02-11T07:02')
  await page.waitForURL(/from=2031/)
  // Day and month come first, in either order.
  await from.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('2030', { delay: 50 })
  await page.waitForURL(/from=2030-02-11T07/)
  assert.equal(await from.inputValue(), '2030-02-11T07:02')
  await page.goBack()
  await page.waitForURL(/from=2031/)
  assert.equal(await from.inputValue(), '2031-02-11T07:02')
  assert.deepEqual(complaints, [])
})

async function createDevice({ rest }: Platform): Promise<string> {
  const { id } = await rest.create('/inventory/managedObjects', {
    name: 'Meter',
    c8y_IsDevice: {},
    com_cumulocity_model_Agent: {},
  })
  return id
}

/** To another address without loading the page again, which would ask for the password. */
async function goTo(page: Page, path: string): Promise<void> {
  const address = JSON.stringify(path)
  await page.evaluate(
    `history.pushState(null, '', ${address}); dispatchEvent(new PopStateEvent('popstate'))`,
  )
}
