import type { OperationTemplate, ReplyTemplate } from './response-template.ts'
import { staticTemplates } from './static-templates.ts'

const operationRow = {
  kind: 'operation',
  topic: 's/ds',
  source: 'static-templates §8.2',
} as const

/**
 * Operations as rows, in order of their ids. The example's target is `kiln-1`.
 *
 * @see static-templates §8
 */
export const operationTemplates = [
  {
    ...operationRow,
    messageId: '510',
    name: 'restart',
    fragment: 'c8y_Restart',
    layout: { of: 'members', columns: [] },
    summary: 'Restart.',
    example: { operation: { c8y_Restart: {} }, line: '510,kiln-1' },
  },
  {
    ...operationRow,
    messageId: '511',
    name: 'runCommand',
    fragment: 'c8y_Command',
    layout: { of: 'members', columns: ['text'] },
    summary: 'Run a command; its output is the result.',
    example: {
      operation: { c8y_Command: { text: 'show "load profile", last 10' } },
      line: '511,kiln-1,"show \\"load profile\\", last 10"',
    },
  },
  {
    ...operationRow,
    messageId: '513',
    name: 'setConfiguration',
    fragment: 'c8y_Configuration',
    layout: { of: 'members', columns: ['config'] },
    summary: 'Use this configuration text.',
    example: {
      operation: { c8y_Configuration: { config: 'rate=5\nmode=auto' } },
      line: '513,kiln-1,"rate=5\nmode=auto"',
    },
  },
  {
    ...operationRow,
    messageId: '515',
    name: 'installFirmware',
    fragment: 'c8y_Firmware',
    conditions: ['isNoPatch'],
    layout: { of: 'members', columns: ['name', 'version', 'url'] },
    summary: 'Install firmware.',
    example: {
      operation: { c8y_Firmware: { name: 'kiln-os', version: '8.2.0', url: '$PROVIDED' } },
      line: '515,kiln-1,kiln-os,8.2.0,$PROVIDED',
    },
  },
  {
    ...operationRow,
    messageId: '516',
    name: 'setSoftwareList',
    fragment: 'c8y_SoftwareList',
    conditions: ['isArray'],
    layout: { of: 'items', columns: ['name', 'version', 'url'] },
    summary: 'Have exactly this software installed.',
    example: {
      operation: { c8y_SoftwareList: [{ name: 'plc', version: '4.1', url: 'u' }] },
      line: '516,kiln-1,plc,4.1,u',
    },
  },
  {
    ...operationRow,
    messageId: '517',
    name: 'requestMeasurement',
    fragment: 'c8y_MeasurementRequestOperation',
    layout: { of: 'members', columns: ['requestName'] },
    summary: 'Send a measurement now.',
    example: {
      operation: { c8y_MeasurementRequestOperation: { requestName: 'CORE' } },
      line: '517,kiln-1,CORE',
    },
  },
  {
    ...operationRow,
    messageId: '518',
    name: 'setRelay',
    fragment: 'c8y_Relay',
    layout: { of: 'members', columns: ['relayState'] },
    summary: 'Open or close the relay.',
    example: { operation: { c8y_Relay: { relayState: 'OPEN' } }, line: '518,kiln-1,OPEN' },
  },
  {
    ...operationRow,
    messageId: '519',
    name: 'setRelayArray',
    fragment: 'c8y_RelayArray',
    conditions: ['isArray'],
    layout: { of: 'elements' },
    summary: 'Open or close each relay.',
    example: {
      operation: { c8y_RelayArray: ['OPEN', 'CLOSED'] },
      line: '519,kiln-1,OPEN,CLOSED',
    },
  },
  {
    ...operationRow,
    messageId: '520',
    name: 'uploadConfiguration',
    fragment: 'c8y_UploadConfigFile',
    conditions: ['isUntyped'],
    layout: { of: 'members', columns: [] },
    summary: 'Send the present configuration.',
    example: { operation: { c8y_UploadConfigFile: {} }, line: '520,kiln-1' },
  },
  {
    ...operationRow,
    messageId: '521',
    name: 'downloadConfiguration',
    fragment: 'c8y_DownloadConfigFile',
    conditions: ['isUntyped'],
    layout: { of: 'members', columns: ['url'] },
    summary: 'Fetch the configuration from a url and use it.',
    example: { operation: { c8y_DownloadConfigFile: { url: 'u' } }, line: '521,kiln-1,u' },
  },
  {
    ...operationRow,
    messageId: '522',
    name: 'uploadLog',
    fragment: 'c8y_LogfileRequest',
    layout: {
      of: 'members',
      columns: ['logFile', 'dateFrom', 'dateTo', 'searchText', 'maximumLines'],
    },
    summary: 'Send an excerpt of a log.',
    example: {
      operation: {
        c8y_LogfileRequest: {
          logFile: 'burner',
          dateFrom: '2031-04-01T00:00:00+02:00',
          dateTo: '2031-04-05T00:00:00+02:00',
          searchText: 'flame, out',
          maximumLines: 250,
        },
      },
      line:
        '522,kiln-1,burner,2031-04-01T00:00:00+02:00,2031-04-05T00:00:00+02:00,' +
        '"flame, out",250',
    },
  },
  {
    ...operationRow,
    messageId: '523',
    name: 'setCommunicationMode',
    fragment: 'c8y_CommunicationMode',
    layout: { of: 'members', columns: ['mode'] },
    summary: 'Be reached in this way from now on.',
    example: { operation: { c8y_CommunicationMode: { mode: 'SMS' } }, line: '523,kiln-1,SMS' },
  },
  {
    ...operationRow,
    messageId: '524',
    name: 'downloadTypedConfiguration',
    fragment: 'c8y_DownloadConfigFile',
    conditions: ['isTyped'],
    layout: { of: 'members', columns: ['url', 'type'] },
    summary: 'Fetch the configuration of a type from a url and use it.',
    example: {
      operation: { c8y_DownloadConfigFile: { url: 'u', type: 'recipe' } },
      line: '524,kiln-1,u,recipe',
    },
  },
  {
    ...operationRow,
    messageId: '525',
    name: 'installFirmwarePatch',
    fragment: 'c8y_Firmware',
    conditions: ['isPatch'],
    layout: { of: 'members', columns: ['name', 'version', 'url', 'dependency'] },
    summary: 'Install a patch of the firmware that it depends on.',
    example: {
      operation: {
        c8y_Firmware: { name: 'kiln-os', version: '8.2.1', url: 'u', dependency: '8.2.0' },
      },
      line: '525,kiln-1,kiln-os,8.2.1,u,8.2.0',
    },
  },
  {
    ...operationRow,
    messageId: '526',
    name: 'uploadTypedConfiguration',
    fragment: 'c8y_UploadConfigFile',
    conditions: ['isTyped'],
    layout: { of: 'members', columns: ['type'] },
    summary: 'Send the present configuration of a type.',
    example: {
      operation: { c8y_UploadConfigFile: { type: 'recipe' } },
      line: '526,kiln-1,recipe',
    },
  },
  {
    ...operationRow,
    messageId: '527',
    name: 'applyDeviceProfile',
    fragment: 'c8y_DeviceProfile',
    conditions: ['isObject'],
    layout: { of: 'profile', software: ['name', 'version', 'url', 'action'] },
    summary: 'Apply a profile: firmware, software and configurations.',
    example: {
      operation: {
        c8y_DeviceProfile: {
          firmware: { name: 'kiln-os', version: '8.2.0', url: 'u1' },
          software: [{ name: 'plc', version: '4.1', url: 'u2', action: 'install' }],
          configuration: [{ name: 'R9', type: 'recipe', url: 'u3' }],
        },
      },
      line: '527,kiln-1,$FW,kiln-os,8.2.0,u1,false,,$SW,plc,4.1,u2,install,$CONF,u3,recipe',
    },
    source: 'static-templates §8.3',
  },
  {
    ...operationRow,
    messageId: '528',
    name: 'updateSoftware',
    fragment: 'c8y_SoftwareUpdate',
    conditions: ['isArray', 'targetLacksSoftwareTypes'],
    layout: { of: 'items', columns: ['name', 'version', 'url', 'action'] },
    summary: 'Install and delete software.',
    example: {
      operation: {
        c8y_SoftwareUpdate: [{ name: 'plc', version: '4.2', url: 'u', action: 'install' }],
      },
      line: '528,kiln-1,plc,4.2,u,install',
    },
  },
  {
    ...operationRow,
    messageId: '529',
    name: 'updateTypedSoftware',
    fragment: 'c8y_SoftwareUpdate',
    conditions: ['isArray', 'targetHasSoftwareTypes'],
    layout: { of: 'items', columns: ['name', 'version', 'softwareType', 'url', 'action'] },
    summary: 'Install and delete software of several types.',
    example: {
      operation: {
        c8y_SoftwareUpdate: [
          { name: 'plc', version: '4.2', softwareType: 'deb', url: 'u', action: 'install' },
        ],
      },
      device: { c8y_SupportedSoftwareTypes: ['deb'] },
      line: '529,kiln-1,plc,4.2,deb,u,install',
    },
  },
  {
    ...operationRow,
    messageId: '530',
    name: 'connectRemoteAccess',
    fragment: 'c8y_RemoteAccessConnect',
    layout: { of: 'members', columns: ['hostname', 'port', 'connectionKey'] },
    summary: 'Connect a local port with an operator.',
    example: {
      operation: {
        c8y_RemoteAccessConnect: { hostname: '127.0.0.1', port: 5900, connectionKey: '3c5c-77' },
      },
      line: '530,kiln-1,127.0.0.1,5900,3c5c-77',
    },
  },
  {
    ...operationRow,
    messageId: '531',
    name: 'applyTypedDeviceProfile',
    fragment: 'c8y_DeviceProfile',
    conditions: ['isObject', 'hasTypedSoftware'],
    layout: { of: 'profile', software: ['name', 'version', 'softwareType', 'url', 'action'] },
    summary: 'The profile of 527 once more, with software types.',
    example: {
      operation: {
        c8y_DeviceProfile: {
          software: [{ name: 'plc', version: '4.1', softwareType: 'deb', action: 'install' }],
        },
      },
      line: '527,kiln-1,$SW,plc,4.1,,install\n531,kiln-1,$SW,plc,4.1,deb,,install',
    },
    source: 'static-templates §8.3',
  },
  {
    ...operationRow,
    messageId: '532',
    name: 'setParameters',
    fragment: 'c8y_ParameterUpdate',
    layout: { of: 'parameters' },
    summary: 'Set parameters.',
    example: {
      operation: {
        c8y_ParameterUpdate: {},
        c8y_ParameterUpdate_acme_Fan: {},
        acme_Fan: { left: false, speed: 5 },
      },
      line: '532,kiln-1,acme_Fan.left,b,false,acme_Fan.speed,n,5',
    },
    source: 'static-templates §8.4',
  },
] as const satisfies readonly OperationTemplate[]

/**
 * Answers to single sessions. Those beyond `s/ds` are not among the ids of 603.
 *
 * @see static-templates §3.1, §9, §10
 */
export const replyTemplates = [
  {
    kind: 'reply',
    messageId: '106',
    name: 'childDevices',
    topic: 's/ds',
    columns: ['childId'],
    isRepeated: true,
    summary: 'External ids of the child devices directly below, in order of creation.',
    example: { line: '106,meter-8_l1,meter-8_l2' },
    source: 'static-templates §3.1',
  },
  {
    kind: 'reply',
    messageId: '124',
    name: 'ownId',
    topic: 's/ds',
    columns: ['id'],
    summary: 'Internal id of the object.',
    example: { line: '124,7702' },
    source: 'static-templates §3.1',
  },
  {
    kind: 'reply',
    messageId: '601',
    name: 'platformVersion',
    topic: 's/ds',
    columns: ['version'],
    summary: 'Version of the platform.',
    example: { line: '601,3.4.1' },
    source: 'static-templates §9',
  },
  {
    kind: 'reply',
    messageId: '603',
    name: 'templateIds',
    topic: 's/ds',
    columns: ['messageId'],
    isRepeated: true,
    summary: 'Ids of all static templates, both directions.',
    example: { line: '603,100,101,102' },
    source: 'static-templates §9',
  },
  {
    kind: 'reply',
    messageId: '20',
    name: 'collectionExists',
    topic: 's/dt',
    columns: ['xId', 'id'],
    summary: 'The template collection exists, or has been created.',
    example: { line: '20,meterProto,8120' },
    source: 'static-templates §10',
  },
  {
    kind: 'reply',
    messageId: '41',
    name: 'collectionRefused',
    topic: 's/dt',
    columns: ['xId', 'reason'],
    summary: 'The template collection does not exist, or was refused for the reason.',
    example: { line: '41,meterProto' },
    source: 'static-templates §10',
  },
  {
    kind: 'reply',
    messageId: '70',
    name: 'credentials',
    topic: 's/dcr',
    columns: ['tenant', 'user', 'password'],
    summary: 'The credentials of the device, sent once.',
    example: { line: '70,t3311,device_meter-8,secret' },
    source: 'static-templates §10',
  },
  {
    kind: 'reply',
    messageId: '71',
    name: 'token',
    topic: 's/dat',
    columns: ['token'],
    summary: 'A token for requests of the device over HTTP.',
    example: { line: '71,header.payload.signature' },
    source: 'static-templates §10',
  },
] as const satisfies readonly ReplyTemplate[]

/** What row 603 lists: the ids of both directions, in ascending order. */
export const staticTemplateIds: readonly string[] = [
  ...staticTemplates.map(({ messageId }) => messageId),
  ...operationTemplates.map(({ messageId }) => messageId),
  ...replyTemplates.filter(({ topic }) => topic === 's/ds').map(({ messageId }) => messageId),
].sort((left, right) => Number(left) - Number(right))
