import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandFailure } from './exit-codes.ts'
import { type AddressOptions, resolveAddress } from './platform-address.ts'
import type { Env } from './terminal.ts'

interface Case {
  readonly options?: AddressOptions
  readonly env?: Env
  readonly http: string
  readonly mqtt: string
}

const cases: readonly Case[] = [
  { http: 'http://127.0.0.1:8080', mqtt: 'mqtt://127.0.0.1:1883' },
  {
    env: { PILEUS_HOST: '0.0.0.0', PILEUS_HTTP_PORT: '81', PILEUS_MQTT_PORT: '82' },
    http: 'http://localhost:81',
    mqtt: 'mqtt://localhost:82',
  },
  { env: { PILEUS_HOST: 'fe80::1' }, http: 'http://[fe80::1]:8080', mqtt: 'mqtt://[fe80::1]:1883' },
  {
    env: { PILEUS_PUBLIC_URL: 'https://iot.example', PILEUS_HOST: '10.0.0.1' },
    http: 'https://iot.example',
    mqtt: 'mqtt://iot.example:1883',
  },
  {
    options: { url: 'http://one.example:9/x/' },
    env: { PILEUS_PUBLIC_URL: 'https://iot.example' },
    http: 'http://one.example:9/x',
    mqtt: 'mqtt://one.example:1883',
  },
  {
    options: { mqtt: 'mqtt://three.example:99' },
    http: 'http://three.example:8080',
    mqtt: 'mqtt://three.example:99',
  },
  {
    options: { mqtt: 'wss://two.example/mqtt' },
    env: { PILEUS_MQTT_PORT: '0' },
    http: 'https://two.example',
    mqtt: 'wss://two.example/mqtt',
  },
]
for (const { options = {}, env = {}, http, mqtt } of cases) {
  test(`${JSON.stringify(options)} and ${JSON.stringify(env)} is ${http} and ${mqtt}`, () => {
    assert.deepEqual(resolveAddress(options, env), { httpUrl: http, mqttUrl: mqtt })
  })
}

const refused = [
  { options: { url: 'localhost:8080' }, exit: 'usage', names: /--url/ },
  { options: { url: 'ftp://x' }, exit: 'usage', names: /--url/ },
  { options: { url: 'http://me:secret@x' }, exit: 'usage', names: /--url(?!.*secret)/ },
  { options: { mqtt: 'x:1883' }, exit: 'usage', names: /--mqtt/ },
  { options: { mqtt: 'mqtt://:secret@x' }, exit: 'usage', names: /--mqtt(?!.*secret)/ },
  { env: { PILEUS_HTTP_PORT: '0' }, exit: 'configuration', names: /PILEUS_HTTP_PORT/ },
  { env: { PILEUS_MQTT_PORT: 'x' }, exit: 'configuration', names: /PILEUS_MQTT_PORT/ },
  { env: { PILEUS_PUBLIC_URL: 'x' }, exit: 'configuration', names: /PILEUS_PUBLIC_URL/ },
]
for (const { options = {}, env = {}, exit, names } of refused) {
  test(`refuses ${JSON.stringify(options)} and ${JSON.stringify(env)}`, () => {
    assert.throws(
      () => resolveAddress(options, env),
      (error) => {
        assert.ok(error instanceof CommandFailure)
        assert.equal(error.exit, exit)
        assert.match(error.message, names)
        return true
      },
    )
  })
}
