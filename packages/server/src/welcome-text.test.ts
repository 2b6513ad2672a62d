import assert from 'node:assert/strict'
import { test } from 'node:test'
import { welcomeText } from './welcome-text.ts'

const welcome = {
  httpUrl: 'http://127.0.0.1:8080',
  mqttHost: '127.0.0.1',
  mqttPort: 1883,
  tenantId: 't100',
  adminUserName: 'admin',
}

test('the console and where it is come before tenant and user, the ready line comes last', () => {
  const firstSecrets = { adminPassword: 'first-password', bootstrapPassword: 'for-devices' }
  const lines = welcomeText({ ...welcome, firstSecrets }).split('\n')
  const labels = lines.flatMap((line) => /^ {2}(\w+) {2,}\S/.exec(line)?.[1] ?? [])
  assert.deepEqual(labels, ['Console', 'REST', 'MQTT', 'Tenant', 'User', 'Password'])
  assert.ok(lines.includes('  Console       http://127.0.0.1:8080/console/'))
  assert.ok(lines.some((line) => line.includes('management/devicebootstrap  for-devices')))
  assert.ok(
    lines.includes('    PILEUS_BOOTSTRAP_PASSWORD=for-devices npx pileus device run --id pump-1'),
  )
  assert.deepEqual(lines.slice(-2), [
    'Pileus is ready: HTTP http://127.0.0.1:8080 MQTT 127.0.0.1:1883',
    '',
  ])
})

test('the command for a device says where the platform is, if that is not usual', () => {
  const moved = { ...welcome, httpUrl: 'https://iot.example.org', mqttPort: 1884, firstSecrets: {} }
  const command = '--id pump-1 --url https://iot.example.org --mqtt mqtt://127.0.0.1:1884\n'
  assert.ok(welcomeText(moved).includes(command))
})

test('a later start shows no password and asks for it in a variable', () => {
  const text = welcomeText({ ...welcome, firstSecrets: {} })
  assert.doesNotMatch(text, /shown only now|devicebootstrap/)
  assert.match(text, /-P "\$PASSWORD"/)
  assert.match(text, /^ {4}npx pileus device run /m)
})
