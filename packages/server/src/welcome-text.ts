import type { FirstSecrets } from './credentials/prepare-instance.ts'

export interface Welcome {
  readonly httpUrl: string
  readonly mqttHost: string
  readonly mqttPort: number
  readonly tenantId: string
  readonly adminUserName: string
  readonly firstSecrets: FirstSecrets
}

/**
 * What a person reads after the start: where things are, the passwords of the first start, and
 * commands to copy. The line that programs wait for comes last.
 *
 * @see DESIGN §6
 */
export function welcomeText(welcome: Welcome): string {
  const { httpUrl, mqttHost, mqttPort, tenantId, adminUserName, firstSecrets } = welcome
  const { adminPassword, bootstrapPassword } = firstSecrets
  const shown = adminPassword ?? '"$PASSWORD"'
  const lines = [
    '',
    `  Console       ${httpUrl}/console/`,
    `  REST          ${httpUrl}`,
    `  MQTT          ${mqttHost}:${mqttPort}, and over WebSocket ${wsUrl(httpUrl)}/mqtt`,
    `  Tenant        ${tenantId}`,
    `  User          ${adminUserName}`,
    ...(adminPassword === undefined ? [] : [`  Password      ${adminPassword}   (shown only now)`]),
    ...(bootstrapPassword === undefined
      ? []
      : [
          '  Devices without credentials ask for them as',
          `                management/devicebootstrap  ${bootstrapPassword}   (shown only now)`,
        ]),
    '',
    '  Send a first measurement, and read it back:',
    '',
    `    mosquitto_pub -h ${mqttHost} -p ${mqttPort} -i my-device -u ${tenantId}/${adminUserName} -P ${shown} -q 1 -t s/us -m 211,25`,
    `    curl -u ${tenantId}/${adminUserName}:${shown} "${httpUrl}/measurement/measurements?revert=true&pageSize=1"`,
    '',
    '  Or play a device, and let it in on the console:',
    '',
    `    ${secretOf(bootstrapPassword)}npx pileus device run --id pump-1${addressesOf(welcome)}`,
    '',
    `Pileus is ready: HTTP ${httpUrl} MQTT ${mqttHost}:${mqttPort}`,
    '',
  ]
  return lines.join('\n')
}

/** Without it the command asks. */
function secretOf(bootstrapPassword: string | undefined): string {
  return bootstrapPassword === undefined ? '' : `PILEUS_BOOTSTRAP_PASSWORD=${bootstrapPassword} `
}

/** Those that the command does not find by itself. */
function addressesOf({ httpUrl, mqttHost, mqttPort }: Welcome): string {
  const mqttAddress = `${mqttHost}:${mqttPort}`
  const url = httpUrl === usual.httpUrl ? '' : ` --url ${httpUrl}`
  return mqttAddress === usual.mqttAddress ? url : `${url} --mqtt mqtt://${mqttAddress}`
}

/** Where the platform is with the default settings, and where clients look for it. */
const usual = { httpUrl: 'http://127.0.0.1:8080', mqttAddress: '127.0.0.1:1883' } as const

function wsUrl(httpUrl: string): string {
  return httpUrl.replace(/^http/, 'ws')
}
