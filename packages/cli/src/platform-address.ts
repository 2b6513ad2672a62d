import { CommandFailure } from './exit-codes.ts'
import type { Env } from './terminal.ts'

/** Where the platform is, as the options say; everything else comes from the environment. */
export interface AddressOptions {
  readonly url?: string
  readonly mqtt?: string
}

export interface PlatformAddress {
  /** Base of REST and the console, without a slash at its end. */
  readonly httpUrl: string
  readonly mqttUrl: string
}

/**
 * `--url`, else `PILEUS_PUBLIC_URL`, else `PILEUS_HOST` and `PILEUS_HTTP_PORT`, else the platform
 * on this machine. MQTT is on the same host, at `PILEUS_MQTT_PORT`, unless `--mqtt` says otherwise;
 * where nothing but `--mqtt` names a host, that is the one.
 */
export function resolveAddress({ url, mqtt }: AddressOptions, env: Env): PlatformAddress {
  const mqttUrl = mqtt === undefined ? undefined : parseMqttUrl(mqtt)
  const httpUrl = resolveHttpUrl(url, mqttUrl, env)
  const host = new URL(httpUrl).hostname
  const port = (): number => portOf(env, 'PILEUS_MQTT_PORT', 1883, '--mqtt')
  return { httpUrl, mqttUrl: mqtt ?? `mqtt://${host}:${port()}` }
}

function resolveHttpUrl(url: string | undefined, mqttUrl: URL | undefined, env: Env): string {
  if (url !== undefined) return parseHttpUrl('usage', '--url', url)
  const publicUrl = env['PILEUS_PUBLIC_URL']
  if (publicUrl) return parseHttpUrl('configuration', 'PILEUS_PUBLIC_URL', publicUrl)
  // MQTT over WebSocket is on the port of everything else.
  if (mqttUrl?.protocol.startsWith('ws'))
    return `http${mqttUrl.protocol === 'wss:' ? 's' : ''}://${mqttUrl.host}`
  const host = env['PILEUS_HOST']
    ? hostToReach(env['PILEUS_HOST'])
    : (mqttUrl?.hostname ?? '127.0.0.1')
  return `http://${host}:${portOf(env, 'PILEUS_HTTP_PORT', 8080, '--url')}`
}

function parseMqttUrl(mqtt: string): URL {
  const url = parseUrl(mqtt)
  if (
    url !== undefined &&
    /^(?:mqtts?|wss?):$/.test(url.protocol) &&
    url.host !== '' &&
    !url.username &&
    !url.password
  ) {
    return url
  }
  throw new CommandFailure(
    'usage',
    '--mqtt must be an address like mqtt://127.0.0.1:1883 or ws://127.0.0.1:8080/mqtt.',
  )
}

function parseHttpUrl(exit: 'usage' | 'configuration', name: string, text: string): string {
  const url = parseUrl(text)
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new CommandFailure(exit, `${name} must be an address like http://127.0.0.1:8080.`)
  }
  return url.href.replace(/[?#].*$/, '').replace(/\/+$/, '')
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** What listens everywhere is reached at home; an address of IPv6 needs brackets in a URL. */
function hostToReach(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function portOf(env: Env, variable: string, usual: number, option: string): number {
  const text = env[variable]
  if (!text) return usual
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 1 && port <= 65535) return port
  throw new CommandFailure(
    'configuration',
    `${variable} must be a port number here, and ${JSON.stringify(text)} is none to connect to.`,
    `${option} says where the platform is.`,
  )
}
