// Goal: an operator looks at a device and sends it something, in a real browser.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Device } from '@pileus/device-sdk'
import { memoryCredentialStore, startDevice } from '@pileus/device-sdk'
import { accessibilityProblems, openVisitor, skipWithoutBrowser } from './open-browser.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { signIn } from './sign-in.ts'
import type { Platform } from './start-platform.ts'
import { startPlatform } from './start-platform.ts'

const skip = skipWithoutBrowser
const tabs = ['Info', 'Measurements', 'Alarms', 'Events', 'Operations', 'Child devices'] as const

test('a shell command goes down and its result comes up', { skip }, async () => {
  await using platform = await startPlatform()
  await using device = await startMeter(platform, 'Meter hall 2')
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  const id = await findObjectId(platform, device.id)
  await page.goto(`${platform.httpUrl}/console/devices/${id}/operations`)
  await signIn(page, platform)
  await page.getByRole('button', { name: 'Shell command' }).click()
  await page.getByRole('textbox', { name: 'Command' }).fill('say hello')
  await page.keyboard.press('Control+Enter')
  await page.getByText('you said: say hello').first().waitFor()
  await page.getByText('Successful').first().waitFor()
  // What one has just sent is open already.
  const trace = page.getByTestId('trace')
  for (const hop of ['Requested', 'Sent', 'Acknowledged', 'Executing', 'Successful']) {
    await trace.getByText(hop).first().waitFor()
  }
  assert.deepEqual(await accessibilityProblems(page), [])
  assert.deepEqual(complaints, [])
})

test('what the device sends is there without a reload', { skip }, async () => {
  await using platform = await startPlatform()
  await using device = await startMeter(platform, 'Meter hall 2')
  await device.send.createTemperatureMeasurement({ temperature: 21.5 })
  await using visitor = await openVisitor(platform.httpUrl)
  const { page, complaints } = visitor
  const id = await findObjectId(platform, device.id)
  await page.goto(`${platform.httpUrl}/console/devices/${id}/measurements`)
  await signIn(page, platform)
  const latest = page.getByTestId('latest-values')
  await latest.getByText('21.5').waitFor()
  await device.send.createTemperatureMeasurement({ temperature: 23.25 })
  await latest.getByText('23.25').waitFor()
  await page.getByRole('tab', { name: 'Alarms' }).click()
  await device.send.createMajorAlarm({ type: 'acme_Hot', text: 'It is getting warm' })
  await page.getByRole('button', { name: /It is getting warm/ }).click()
  await page.getByTestId('acknowledge-alarm').first().click()
  await page.getByText('Acknowledged').first().waitFor()
  const { alarms } = await platform.rest.get(`/alarm/alarms?source=${id}`)
  assert.equal(alarms[0].status, 'ACKNOWLEDGED')
  assert.deepEqual(complaints, [])
})

/** An image that would run a script, a text that turns the reading direction, and a long one. */
const hostileTexts = [
  '<img src="x" onerror="document.title=\'owned\'">',
  'invoice \u202egnp.exe',
  `${'very long '.repeat(40)}end`,
] as const

for (const colorScheme of ['light', 'dark'] as const) {
  test(`hostile texts are texts, and every page is accessible (${colorScheme})`, {
    skip,
  }, async () => {
    await using platform = await startPlatform()
    const [image, turned, long] = hostileTexts
    await using device = await startMeter(platform, image)
    const children = [turned, long]
    await device.sendRows([
      ...children.map((name, index) => rowOf('101', `child-${index}`, name, '<b>type</b>')),
      rowOf('200', '<i>fragment</i>', '<u>series</u>', '1', '<s>unit</s>'),
      rowOf('301', '<b>alarm</b>', image),
      rowOf('400', '<b>event</b>', turned),
      rowOf('400', 'acme_Long', long),
      rowOf('113', `${image}\n${turned}`),
    ])
    const id = await findObjectId(platform, device.id)
    await platform.rest.update(`/inventory/managedObjects/${id}`, {
      [image]: { [turned]: long },
      c8y_Notes: image,
    })
    await platform.rest.create('/devicecontrol/operations', {
      deviceId: id,
      description: image,
      [turned]: { text: image },
    })
    for (const width of [1280, 360]) {
      await using visitor = await openVisitor(platform.httpUrl, {
        colorScheme,
        viewport: { width, height: 800 },
      })
      const { page, complaints } = visitor
      await page.goto(`${platform.httpUrl}/console/devices`)
      await signIn(page, platform)
      await page.getByRole('link', { name: image }).first().waitFor()
      assert.deepEqual(await accessibilityProblems(page), [])
      await page.getByRole('link', { name: image }).first().click()
      for (const tab of tabs) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tabpanel').locator('[aria-busy=true]').waitFor({ state: 'detached' })
        assert.deepEqual(await accessibilityProblems(page), [], `${tab} at ${width}`)
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${tab} at ${width} is wider than the window`)
      }
      assert.notEqual(await page.title(), 'owned')
      assert.deepEqual(complaints, [])
    }
  })
}

/** A device that was let in, answers commands, and has the given name. */
async function startMeter(platform: Platform, name: string): Promise<Device> {
  const { clientId, username, password } = await registerDevice(platform, 'meter-8')
  const [tenant = '', user = ''] = username.split('/')
  return startDevice({
    id: clientId,
    url: mqttUrl(platform),
    credentials: memoryCredentialStore({ tenant, user, password }),
    name,
    type: 'acme_Meter',
    operations: { c8y_Command: ({ values }) => `you said: ${values['text']}` },
  })
}

function rowOf(...fields: readonly string[]): string {
  return fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')
}
