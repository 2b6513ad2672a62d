// Goal: an operator lets devices in on the registration page, in a real browser.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryCredentialStore, startDevice } from '@pileus/device-sdk'
import type { Page } from 'playwright-core'
import { findFreePort } from './free-port.ts'
import { accessibilityProblems, openVisitor, skipWithoutBrowser } from './open-browser.ts'
import { bootstrapRest, mqttUrl } from './register-device.ts'
import { signIn } from './sign-in.ts'
import type { Platform } from './start-platform.ts'
import { startPlatform } from './start-platform.ts'

const skip = skipWithoutBrowser
/** Nothing that an operator wants is further away than this. */
const tabsMax = 60

test('a device comes in by keyboard alone', { skip }, async () => {
  await using platform = await startPlatform()
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  await page.goto(`${platform.httpUrl}/console/`)
  await tabTo(page, 'sign-in-tenant')
  await page.keyboard.type(platform.tenant)
  await tabTo(page, 'sign-in-user')
  await page.keyboard.type(platform.admin.user)
  await tabTo(page, 'sign-in-password')
  await page.keyboard.type(platform.admin.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()

  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { level: 1, name: 'Device registration' }).waitFor()
  await page.getByText('No device is expected').waitFor()
  assert.deepEqual(await accessibilityProblems(page), [])

  await tabTo(page, 'register-devices')
  await page.keyboard.press('Enter')
  await tabTo(page, 'device-id')
  await page.keyboard.type('meter-8')
  await tabTo(page, 'register-submit')
  await page.keyboard.press('Enter')
  await page.getByText('On their way').waitFor()
  assert.deepEqual(await accessibilityProblems(page), [])

  const starting = startDevice({
    id: 'meter-8',
    url: mqttUrl(platform),
    credentials: memoryCredentialStore(),
    bootstrap: { password: platform.bootstrapPassword, pollEveryMs: 200 },
    name: 'Meter hall 2',
  })
  await tabTo(page, 'accept-followed')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('127.0.0.1').first().waitFor()
  assert.deepEqual(await accessibilityProblems(page), [])
  await tabTo(page, 'accept-submit')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })

  await using device = await starting
  await device.send.createTemperatureMeasurement({ temperature: 25 })
  await page.getByText('First data').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.getByRole('link', { name: 'Meter hall 2' }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [])
  assert.deepEqual(complaints, [])
})

test('two operators accept the same device: one does, the other reads so', { skip }, async () => {
  await using platform = await startPlatform()
  await register(platform, 'meter-8')
  await askOnce(platform, 'meter-8')
  await using anna = await openVisitor(platform.httpUrl)
  await using bert = await openVisitor(platform.httpUrl)
  for (const { page } of [anna, bert]) {
    await page.goto(`${platform.httpUrl}/console/registration`)
    await signIn(page, platform)
    await page.getByTestId('accept').first().click()
    await page.getByRole('dialog').getByText('127.0.0.1').first().waitFor()
  }
  await Promise.all([anna, bert].map(({ page }) => page.getByTestId('accept-submit').click()))
  for (const { page } of [anna, bert]) {
    await page.getByText('meter-8').first().waitFor()
    await page.getByText('Accepted', { exact: true }).first().waitFor()
  }
  assert.deepEqual([...anna.complaints, ...bert.complaints], [])
  const answer = await bootstrapRest(platform).request('POST', '/devicecontrol/deviceCredentials', {
    id: 'meter-8',
  })
  assert.equal(answer.status, 201)
})

test('the page outlives a restart of the platform', { skip }, async () => {
  const port = String(await findFreePort())
  await using platform = await startPlatform({ env: { PILEUS_HTTP_PORT: port } })
  await register(platform, 'meter-8')
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  await page.goto(`${platform.httpUrl}/console/registration`)
  await signIn(page, platform)
  await page.getByText('Waiting for connection').first().waitFor()
  await platform.stop()
  await page
    .getByText(/Reconnecting/)
    .first()
    .waitFor()
  // What has been read stays, and says how old it is.
  await page.getByText('meter-8').first().waitFor()
  assert.deepEqual(await accessibilityProblems(page), [])
  await platform.start()
  await askOnce(platform, 'meter-8')
  await page.getByText('Pending acceptance').first().waitFor()
  assert.deepEqual(complaints, [])
})

async function register(platform: Platform, id: string): Promise<void> {
  await platform.rest.create('/devicecontrol/newDeviceRequests', { id })
}

async function askOnce(platform: Platform, id: string): Promise<void> {
  const path = '/devicecontrol/deviceCredentials'
  const { status } = await bootstrapRest(platform).request('POST', path, { id })
  assert.equal(status, 404)
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).first().waitFor()
  for (let tabs = 0; tabs < tabsMax; tabs++) {
    const focused = await page.evaluate('document.activeElement?.getAttribute("data-testid")')
    if (focused === testId) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`${tabsMax} tabs do not lead to ${testId}`)
}
