import { type RowResult, rowProblem } from './row-problems.ts'
import type { Column, RequestTemplate, RestColumns } from './template.ts'

/** Members that 107, 307 and 407 may not remove and 408 may not set (static-templates §3.1). */
const protectedMembers = [
  'id,type,time,creationTime,lastUpdated,owner,source,self,name,text,status,severity,count',
  'firstOccurrenceTime,history,childDevices,childAssets,childAdditions',
  'deviceParents,assetParents,additionParents',
].flatMap((names) => names.split(','))

/** A measurement fragment of such a name would take the place of what each measurement has. */
const measurementMembers = ['id', 'self', 'source', 'type', 'time']

const time = { name: 'time', type: 'date', default: 'now', path: 'time' } as const satisfies Column

const fragmentToFind = { name: 'fragment', type: 'name', required: true } as const satisfies Column

const operationId = {
  name: 'operationId',
  type: 'string',
  required: true,
} as const satisfies Column

const failureReason = {
  name: 'reason',
  type: 'string',
  path: 'failureReason',
} as const satisfies Column

const result = { kind: 'result', name: 'result' } as const satisfies RestColumns

const removedFragments = {
  kind: 'removals',
  column: { name: 'fragment', type: 'name', reserved: protectedMembers },
} as const satisfies RestColumns

/** Accuracy is in metres (112), the others in degrees and metres. */
const position = [
  { name: 'lat', type: 'number', range: [-90, 90], path: 'c8y_Position.lat' },
  { name: 'lng', type: 'number', range: [-180, 180], path: 'c8y_Position.lng' },
  { name: 'alt', type: 'number', path: 'c8y_Position.alt' },
] as const satisfies readonly Column[]

const locationEvent = {
  api: 'event',
  method: 'POST',
  columns: [...position, { name: 'accuracy', type: 'number', path: 'c8y_Position.accuracy' }, time],
  constants: { type: 'c8y_LocationUpdate', text: 'Location updated', c8y_Position: {} },
  isSignOfLife: true,
} as const

const raisedAlarm = {
  api: 'alarm',
  method: 'POST',
  columns: [
    { name: 'type', type: 'string', required: true, path: 'type' },
    { name: 'text', type: 'string', default: 'Alarm of type {type} raised', path: 'text' },
    time,
  ],
  isSignOfLife: true,
} as const

/** `url` after `name`, `version` and, for installed software, `softwareType`; absent ones ''. */
const installedSoftware = [
  { name: 'name', type: 'string', required: true },
  { name: 'version', type: 'string', default: '' },
  { name: 'softwareType', type: 'string', default: '' },
  { name: 'url', type: 'string', default: '' },
] as const satisfies readonly Column[]

/**
 * The messages that every device may send without defining anything, in order of their ids.
 *
 * A row of the inventory with method PUT replaces whole top-level members of the object that the
 * topic names (S6) and removes those in `unset`. Rows of alarms and events with method PUT do the
 * same to the one that `values` describe.
 *
 * @see static-templates
 */
export const staticTemplates = [
  {
    messageId: '100',
    name: 'createDevice',
    api: 'inventory',
    method: 'POST',
    columns: [
      { name: 'name', type: 'string', path: 'name' },
      { name: 'type', type: 'string', path: 'type' },
    ],
    action: 'createDevice',
    createsNoDevice: true,
    summary: 'Create the object of the topic, unless it exists.',
    example: {
      line: '100,Meter hall 2,acme_Meter',
      body: { name: 'Meter hall 2', type: 'acme_Meter' },
      values: { name: 'Meter hall 2', type: 'acme_Meter' },
    },
    source: 'static-templates §3.1',
  },
  {
    messageId: '101',
    name: 'createChildDevice',
    api: 'inventory',
    method: 'POST',
    columns: [
      { name: 'childId', type: 'string', required: true },
      { name: 'name', type: 'string', default: 'MQTT Device {childId}', path: 'name' },
      { name: 'type', type: 'string', default: 'c8y_MQTTChildDevice', path: 'type' },
      { name: 'isDevice', type: 'boolean', default: 'true', isLenient: true },
    ],
    action: 'createChildDevice',
    summary: 'Create a child device of the object of the topic, or link one without parent.',
    example: {
      line: '101,meter-8_l1,Line 1,acme_Line',
      body: { name: 'Line 1', type: 'acme_Line' },
      values: { childId: 'meter-8_l1', name: 'Line 1', type: 'acme_Line', isDevice: true },
    },
    source: 'static-templates §3.1',
  },
  {
    messageId: '102',
    name: 'createService',
    api: 'inventory',
    method: 'POST',
    columns: [
      { name: 'serviceId', type: 'string', required: true },
      { name: 'serviceType', type: 'string', required: true, path: 'serviceType' },
      { name: 'name', type: 'string', required: true, path: 'name' },
      { name: 'status', type: 'string', required: true, path: 'status' },
    ],
    constants: { type: 'c8y_Service' },
    action: 'createService',
    summary: 'Create or update a service of the object of the topic.',
    example: {
      line: '102,meter-8_svc_web,systemd,Web UI,up',
      body: { type: 'c8y_Service', serviceType: 'systemd', name: 'Web UI', status: 'up' },
      values: {
        serviceId: 'meter-8_svc_web',
        serviceType: 'systemd',
        name: 'Web UI',
        status: 'up',
      },
    },
    source: 'static-templates §3.1',
  },
  {
    messageId: '104',
    name: 'setServiceStatus',
    api: 'inventory',
    method: 'PUT',
    columns: [{ name: 'status', type: 'string', required: true, path: 'status' }],
    objectType: 'c8y_Service',
    summary: 'Set the status of the service that the topic names: up, down, unknown or other.',
    example: { line: '104,down', body: { status: 'down' } },
    source: 'static-templates §3.1',
  },
  {
    messageId: '105',
    name: 'getChildDevices',
    api: 'inventory',
    method: 'GET',
    columns: [],
    reply: '106',
    summary: 'Ask for the external ids of the child devices.',
    example: { line: '105' },
    source: 'static-templates §3.1',
  },
  {
    messageId: '107',
    name: 'removeFragments',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: { ...removedFragments, required: true },
    summary: 'Remove fragments of the object.',
    example: { line: '107,c8y_Position,acme_Tariff', unset: ['c8y_Position', 'acme_Tariff'] },
    source: 'static-templates §3.1',
  },
  {
    messageId: '110',
    name: 'setHardware',
    api: 'inventory',
    method: 'PUT',
    columns: [
      { name: 'serialNumber', type: 'string', path: 'c8y_Hardware.serialNumber' },
      { name: 'model', type: 'string', path: 'c8y_Hardware.model' },
      { name: 'revision', type: 'string', path: 'c8y_Hardware.revision' },
    ],
    constants: { c8y_Hardware: {} },
    summary: 'Tell serial number, model and revision.',
    example: {
      line: '110,AM-5512,AM-2,rev B',
      body: { c8y_Hardware: { serialNumber: 'AM-5512', model: 'AM-2', revision: 'rev B' } },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '111',
    name: 'setMobile',
    api: 'inventory',
    method: 'PUT',
    columns: [
      { name: 'imei', type: 'string', path: 'c8y_Mobile.imei' },
      { name: 'iccid', type: 'string', path: 'c8y_Mobile.iccid' },
      { name: 'imsi', type: 'string', path: 'c8y_Mobile.imsi' },
      { name: 'mcc', type: 'string', path: 'c8y_Mobile.mcc' },
      { name: 'mnc', type: 'string', path: 'c8y_Mobile.mnc' },
      { name: 'lac', type: 'string', path: 'c8y_Mobile.lac' },
      { name: 'cellId', type: 'string', path: 'c8y_Mobile.cellId' },
    ],
    constants: { c8y_Mobile: {} },
    summary: 'Tell modem, card and cell. All values are texts; leading zeros count.',
    example: {
      line: '111,356938035643809,,262021234567890,262,02',
      body: {
        c8y_Mobile: {
          imei: '356938035643809',
          imsi: '262021234567890',
          mcc: '262',
          mnc: '02',
        },
      },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '112',
    name: 'setPosition',
    api: 'inventory',
    method: 'PUT',
    columns: [...position, { name: 'accuracy', type: 'integer', path: 'c8y_Position.accuracy' }],
    constants: { c8y_Position: {} },
    summary: 'Tell where the object is: degrees, and altitude and accuracy in metres.',
    example: {
      line: '112,48.137154,11.576124,519,8',
      body: { c8y_Position: { lat: 48.137154, lng: 11.576124, alt: 519, accuracy: 8 } },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '113',
    name: 'setConfiguration',
    api: 'inventory',
    method: 'PUT',
    columns: [{ name: 'text', type: 'string', default: '', path: 'c8y_Configuration.config' }],
    summary: 'Tell the present configuration as text.',
    example: {
      line: '113,"rate=5\nmode=auto"',
      body: { c8y_Configuration: { config: 'rate=5\nmode=auto' } },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '114',
    name: 'setSupportedOperations',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: {
      kind: 'list',
      column: { name: 'operation', type: 'string' },
      path: 'c8y_SupportedOperations',
    },
    summary: 'Tell which operations the device understands.',
    example: {
      line: '114,c8y_Restart,c8y_Command',
      body: { c8y_SupportedOperations: ['c8y_Restart', 'c8y_Command'] },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '115',
    name: 'setFirmware',
    api: 'inventory',
    method: 'PUT',
    columns: [
      { name: 'name', type: 'string', path: 'c8y_Firmware.name' },
      { name: 'version', type: 'string', path: 'c8y_Firmware.version' },
      { name: 'url', type: 'string', path: 'c8y_Firmware.url' },
    ],
    constants: { c8y_Firmware: {} },
    summary: 'Tell the installed firmware.',
    example: {
      line: '115,meter-os,8.2.0',
      body: { c8y_Firmware: { name: 'meter-os', version: '8.2.0' } },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '116',
    name: 'setSoftwareList',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: {
      kind: 'groups',
      columns: [
        { name: 'name', type: 'string', default: '', path: 'name' },
        { name: 'version', type: 'string', default: '', path: 'version' },
        { name: 'url', type: 'string', default: '', path: 'url' },
      ],
      each: { as: 'item', path: 'c8y_SoftwareList' },
    },
    summary: 'Tell the installed software.',
    example: {
      line: '116,plc,4.1,https://repo.example/plc,log,2.0',
      body: {
        c8y_SoftwareList: [
          { name: 'plc', version: '4.1', url: 'https://repo.example/plc' },
          { name: 'log', version: '2.0', url: '' },
        ],
      },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '117',
    name: 'setRequiredAvailability',
    api: 'inventory',
    method: 'PUT',
    columns: [
      {
        name: 'minutes',
        type: 'integer',
        range: [-32768, 32767],
        isClamped: true,
        path: 'c8y_RequiredAvailability.responseInterval',
      },
    ],
    onlyIfAbsent: true,
    summary: 'Say how long the device may be silent; 0 and less is maintenance.',
    example: { line: '117,20', body: { c8y_RequiredAvailability: { responseInterval: 20 } } },
    source: 'static-templates §3.2',
  },
  {
    messageId: '118',
    name: 'setSupportedLogs',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: { kind: 'list', column: { name: 'log', type: 'string' }, path: 'c8y_SupportedLogs' },
    summary: 'Tell which log files can be asked for.',
    example: {
      line: '118,"load profile", events',
      body: { c8y_SupportedLogs: ['load profile', 'events'] },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '119',
    name: 'setSupportedConfigurations',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: {
      kind: 'list',
      column: { name: 'configuration', type: 'string' },
      path: 'c8y_SupportedConfigurations',
    },
    summary: 'Tell which configuration files can be sent and asked for.',
    example: {
      line: '119,tariff,network',
      body: { c8y_SupportedConfigurations: ['tariff', 'network'] },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '120',
    name: 'setInstalledConfiguration',
    api: 'inventory',
    method: 'PUT',
    columns: [
      { name: 'type', type: 'string', required: true, path: 'c8y_Configuration_{type}.type' },
      { name: 'url', type: 'string', required: true, path: 'c8y_Configuration_{type}.url' },
      {
        name: 'name',
        type: 'string',
        default: '{type}',
        path: 'c8y_Configuration_{type}.name',
      },
      { name: 'time', type: 'date', default: 'now', path: 'c8y_Configuration_{type}.time' },
    ],
    summary: 'Tell which file is the configuration of a type.',
    example: {
      line: '120,net.conf,https://repo.example/r/9,net-9.json,2032-02-01T10:00:00+02:00',
      body: {
        'c8y_Configuration_net.conf': {
          type: 'net.conf',
          url: 'https://repo.example/r/9',
          name: 'net-9.json',
          time: '2032-02-01T08:00:00.000Z',
        },
      },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '121',
    name: 'setDeviceProfile',
    api: 'inventory',
    method: 'PUT',
    columns: [
      {
        name: 'executed',
        type: 'boolean',
        required: true,
        path: 'c8y_Profile.profileExecuted',
      },
      { name: 'profileId', type: 'string', path: 'c8y_Profile.profileId' },
    ],
    action: 'setDeviceProfile',
    summary: 'Tell that a device profile has been applied, or is being applied.',
    example: {
      line: '121,true,4410',
      body: { c8y_Profile: { profileExecuted: true, profileId: '4410' } },
      values: { executed: true, profileId: '4410' },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '122',
    name: 'setAgent',
    api: 'inventory',
    method: 'PUT',
    columns: [
      { name: 'name', type: 'string', required: true, path: 'c8y_Agent.name' },
      { name: 'version', type: 'string', required: true, path: 'c8y_Agent.version' },
      { name: 'url', type: 'string', path: 'c8y_Agent.url' },
      { name: 'maintainer', type: 'string', required: true, path: 'c8y_Agent.maintainer' },
    ],
    summary: 'Tell which agent software speaks for the device.',
    example: {
      line: '122,meterd,5.0.1,,ACME Metering',
      body: { c8y_Agent: { name: 'meterd', version: '5.0.1', maintainer: 'ACME Metering' } },
    },
    source: 'static-templates §3.2',
  },
  {
    messageId: '123',
    name: 'getOwnId',
    api: 'inventory',
    method: 'GET',
    columns: [],
    reply: '124',
    summary: 'Ask for the internal id of the object.',
    example: { line: '123' },
    source: 'static-templates §3.1',
  },
  {
    messageId: '125',
    name: 'sendHeartbeat',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    isSignOfLife: true,
    summary: 'Say that the device is alive; nothing else changes.',
    example: { line: '125' },
    source: 'static-templates §3.1',
  },
  {
    messageId: '140',
    name: 'setInstalledSoftware',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: { kind: 'groups', columns: installedSoftware },
    action: 'replaceInstalledSoftware',
    summary: 'Tell all installed software, with types.',
    example: {
      line: '140,plc,4.2,deb,https://repo.example/plc',
      groups: [
        { name: 'plc', version: '4.2', softwareType: 'deb', url: 'https://repo.example/plc' },
      ],
    },
    source: 'static-templates §3.3',
  },
  {
    messageId: '141',
    name: 'addInstalledSoftware',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: { kind: 'groups', columns: installedSoftware, required: true },
    action: 'addInstalledSoftware',
    summary: 'Tell software that has been installed, or of which the url has changed.',
    example: {
      line: '141,log,1.0,deb,,hmi,3,container',
      groups: [
        { name: 'log', version: '1.0', softwareType: 'deb', url: '' },
        { name: 'hmi', version: '3', softwareType: 'container', url: '' },
      ],
    },
    source: 'static-templates §3.3',
  },
  {
    messageId: '142',
    name: 'removeInstalledSoftware',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: { kind: 'groups', columns: installedSoftware.slice(0, 2), required: true },
    action: 'removeInstalledSoftware',
    summary: 'Tell software that has been removed, whatever its type.',
    example: {
      line: '142,plc,4.1,log',
      groups: [
        { name: 'plc', version: '4.1' },
        { name: 'log', version: '' },
      ],
    },
    source: 'static-templates §3.3',
  },
  {
    messageId: '143',
    name: 'setSupportedSoftwareTypes',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: {
      kind: 'list',
      column: { name: 'softwareType', type: 'string' },
      path: 'c8y_SupportedSoftwareTypes',
      isRemovedWhenEmpty: true,
    },
    summary: 'Tell the types of software; a device with types is sent 529 instead of 528.',
    example: {
      line: '143,deb,,container',
      body: { c8y_SupportedSoftwareTypes: ['deb', 'container'] },
    },
    source: 'static-templates §3.3',
  },
  {
    messageId: '150',
    name: 'setRemoteAccessProtocols',
    api: 'inventory',
    method: 'PUT',
    columns: [],
    rest: {
      kind: 'list',
      column: {
        name: 'protocol',
        type: 'choice',
        choices: ['SSH', 'TELNET', 'VNC', 'PASSTHROUGH'],
      },
      path: 'c8y_RemoteAccessSupportedProtocols',
      isRemovedWhenEmpty: true,
    },
    summary: 'Tell the protocols of remote access.',
    example: {
      line: '150,ssh,passthrough',
      body: { c8y_RemoteAccessSupportedProtocols: ['SSH', 'PASSTHROUGH'] },
    },
    source: 'static-templates §3.3',
  },
  {
    messageId: '200',
    name: 'createMeasurement',
    api: 'measurement',
    method: 'POST',
    columns: [
      {
        name: 'fragment',
        type: 'name',
        reserved: measurementMembers,
        required: true,
        path: 'type',
      },
      { name: 'series', type: 'name', required: true },
      { name: 'value', type: 'number', required: true, path: '{fragment}.{series}.value' },
      { name: 'unit', type: 'string', path: '{fragment}.{series}.unit' },
      time,
    ],
    isSignOfLife: true,
    summary: 'Report one value; the type of the measurement is the fragment.',
    example: {
      line: '200,acme_Flow,rate.m,3.75,l/min,2032-02-01T08:15:30.250+02:00',
      time: '2032-02-01T06:15:30.250Z',
      body: { type: 'acme_Flow', acme_Flow: { 'rate.m': { value: 3.75, unit: 'l/min' } } },
    },
    source: 'static-templates §4',
  },
  {
    messageId: '201',
    name: 'createMeasurementOfSeries',
    api: 'measurement',
    method: 'POST',
    columns: [{ name: 'type', type: 'string', required: true, path: 'type' }, time],
    rest: {
      kind: 'groups',
      columns: [
        { name: 'fragment', type: 'name', reserved: measurementMembers, required: true },
        { name: 'series', type: 'name', required: true },
        { name: 'value', type: 'number', required: true, path: 'value' },
        { name: 'unit', type: 'string', path: 'unit' },
      ],
      required: true,
      each: { as: 'member', path: '{fragment}.{series}' },
    },
    isSignOfLife: true,
    summary: 'Report several values of one instant.',
    example: {
      line: '201,acme_Energy,,acme_Energy,A+,1771.4,kWh,acme_Energy,P,3.2,kW',
      body: {
        type: 'acme_Energy',
        acme_Energy: { 'A+': { value: 1771.4, unit: 'kWh' }, P: { value: 3.2, unit: 'kW' } },
      },
    },
    source: 'static-templates §4',
  },
  {
    messageId: '210',
    name: 'createSignalStrengthMeasurement',
    api: 'measurement',
    method: 'POST',
    columns: [
      {
        name: 'rssi',
        type: 'number',
        path: 'c8y_SignalStrength.rssi.value',
        beside: { unit: 'dBm' },
      },
      {
        name: 'ber',
        type: 'number',
        path: 'c8y_SignalStrength.ber.value',
        beside: { unit: '%' },
      },
      time,
    ],
    oneRequired: ['rssi', 'ber'],
    constants: { type: 'c8y_SignalStrength' },
    isSignOfLife: true,
    summary: 'Report signal strength, bit error rate or both.',
    example: {
      line: '210,-71,2',
      body: {
        type: 'c8y_SignalStrength',
        c8y_SignalStrength: { rssi: { value: -71, unit: 'dBm' }, ber: { value: 2, unit: '%' } },
      },
    },
    source: 'static-templates §4',
  },
  {
    messageId: '211',
    name: 'createTemperatureMeasurement',
    api: 'measurement',
    method: 'POST',
    columns: [
      {
        name: 'temperature',
        type: 'number',
        required: true,
        path: 'c8y_TemperatureMeasurement.T.value',
        beside: { unit: 'C' },
      },
      time,
    ],
    constants: { type: 'c8y_TemperatureMeasurement' },
    isSignOfLife: true,
    summary: 'Report a temperature in degrees Celsius.',
    example: {
      line: '211,25,2032-02-01T08:15:30Z',
      time: '2032-02-01T08:15:30.000Z',
      body: {
        type: 'c8y_TemperatureMeasurement',
        c8y_TemperatureMeasurement: { T: { value: 25, unit: 'C' } },
      },
    },
    source: 'static-templates §4',
  },
  {
    messageId: '212',
    name: 'createBatteryMeasurement',
    api: 'measurement',
    method: 'POST',
    columns: [
      {
        name: 'level',
        type: 'number',
        required: true,
        path: 'c8y_Battery.level.value',
        beside: { unit: '%' },
      },
      time,
    ],
    constants: { type: 'c8y_Battery' },
    isSignOfLife: true,
    summary: 'Report the charge of the battery in percent.',
    example: {
      line: '212,64',
      body: { type: 'c8y_Battery', c8y_Battery: { level: { value: 64, unit: '%' } } },
    },
    source: 'static-templates §4',
  },
  {
    ...raisedAlarm,
    messageId: '301',
    name: 'createCriticalAlarm',
    constants: { severity: 'CRITICAL', status: 'ACTIVE' },
    summary: 'Raise an alarm of severity CRITICAL, or raise the count of the present one.',
    example: {
      line: '301,acme_Leak',
      body: {
        severity: 'CRITICAL',
        status: 'ACTIVE',
        type: 'acme_Leak',
        text: 'Alarm of type acme_Leak raised',
      },
    },
    source: 'static-templates §5',
  },
  {
    ...raisedAlarm,
    messageId: '302',
    name: 'createMajorAlarm',
    constants: { severity: 'MAJOR', status: 'ACTIVE' },
    summary: 'Raise an alarm of severity MAJOR, or raise the count of the present one.',
    example: {
      line: '302,acme_Leak,"Leak, hall 2",2032-02-01T08:15Z',
      time: '2032-02-01T08:15:00.000Z',
      body: { severity: 'MAJOR', status: 'ACTIVE', type: 'acme_Leak', text: 'Leak, hall 2' },
    },
    source: 'static-templates §5',
  },
  {
    ...raisedAlarm,
    messageId: '303',
    name: 'createMinorAlarm',
    constants: { severity: 'MINOR', status: 'ACTIVE' },
    summary: 'Raise an alarm of severity MINOR, or raise the count of the present one.',
    example: {
      line: '303,acme_PhaseLoss,"L2 missing, check fuse"',
      body: {
        severity: 'MINOR',
        status: 'ACTIVE',
        type: 'acme_PhaseLoss',
        text: 'L2 missing, check fuse',
      },
    },
    source: 'static-templates §5',
  },
  {
    ...raisedAlarm,
    messageId: '304',
    name: 'createWarningAlarm',
    constants: { severity: 'WARNING', status: 'ACTIVE' },
    summary: 'Raise an alarm of severity WARNING, or raise the count of the present one.',
    example: {
      line: '304,acme_Door,Door open',
      body: { severity: 'WARNING', status: 'ACTIVE', type: 'acme_Door', text: 'Door open' },
    },
    source: 'static-templates §5',
  },
  {
    messageId: '305',
    name: 'setAlarmSeverity',
    api: 'alarm',
    method: 'PUT',
    columns: [
      { name: 'type', type: 'string', required: true },
      {
        name: 'severity',
        type: 'choice',
        choices: ['CRITICAL', 'MAJOR', 'MINOR', 'WARNING'],
        required: true,
        path: 'severity',
      },
    ],
    summary: 'Change the severity of the unresolved alarm of a type.',
    example: {
      line: '305,acme_Leak,minor',
      body: { severity: 'MINOR' },
      values: { type: 'acme_Leak' },
    },
    source: 'static-templates §5',
  },
  {
    messageId: '306',
    name: 'clearAlarm',
    api: 'alarm',
    method: 'PUT',
    columns: [{ name: 'type', type: 'string', required: true }],
    constants: { status: 'CLEARED' },
    summary: 'Clear the unresolved alarm of a type.',
    example: {
      line: '306,acme_Leak',
      body: { status: 'CLEARED' },
      values: { type: 'acme_Leak' },
    },
    source: 'static-templates §5',
  },
  {
    messageId: '307',
    name: 'removeAlarmFragments',
    api: 'alarm',
    method: 'PUT',
    columns: [{ name: 'type', type: 'string', required: true }],
    rest: { ...removedFragments, required: true },
    summary: 'Remove fragments of the unresolved alarm of a type.',
    example: {
      line: '307,acme_Leak,acme_Trace',
      unset: ['acme_Trace'],
      values: { type: 'acme_Leak' },
    },
    source: 'static-templates §5',
  },
  {
    messageId: '400',
    name: 'createEvent',
    api: 'event',
    method: 'POST',
    columns: [
      { name: 'type', type: 'string', required: true, path: 'type' },
      { name: 'text', type: 'string', required: true, path: 'text' },
      time,
    ],
    isSignOfLife: true,
    summary: 'Report an event.',
    example: {
      line: '400,acme_Door,"opened, hall 2",2032-02-01T01:02:03+01:00',
      time: '2032-02-01T00:02:03.000Z',
      body: { type: 'acme_Door', text: 'opened, hall 2' },
    },
    source: 'static-templates §6',
  },
  {
    ...locationEvent,
    messageId: '401',
    name: 'createLocationEvent',
    summary: 'Report where the object was.',
    example: {
      line: '401,48.1,11.5,520,10',
      body: {
        type: 'c8y_LocationUpdate',
        text: 'Location updated',
        c8y_Position: { lat: 48.1, lng: 11.5, alt: 520, accuracy: 10 },
      },
    },
    source: 'static-templates §6',
  },
  {
    ...locationEvent,
    messageId: '402',
    name: 'createLocationEventAndSetPosition',
    mirrors: ['c8y_Position'],
    summary: 'Report where the object was, and tell that it is there.',
    example: {
      line: '402,48.1,11.5',
      body: {
        type: 'c8y_LocationUpdate',
        text: 'Location updated',
        c8y_Position: { lat: 48.1, lng: 11.5 },
      },
    },
    source: 'static-templates §6',
  },
  {
    messageId: '407',
    name: 'removeEventFragments',
    api: 'event',
    method: 'PUT',
    columns: [{ name: 'type', type: 'string', required: true }],
    rest: removedFragments,
    summary: 'Remove fragments of the latest event of a type.',
    example: {
      line: '407,acme_Door,acme_Trace',
      unset: ['acme_Trace'],
      values: { type: 'acme_Door' },
    },
    source: 'static-templates §6',
  },
  {
    messageId: '408',
    name: 'updateParameters',
    api: 'event',
    method: 'POST',
    columns: [
      { name: 'text', type: 'string', path: 'text' },
      time,
      { name: 'detectsChange', type: 'boolean', default: 'false' },
    ],
    rest: {
      kind: 'groups',
      columns: [
        { name: 'path', type: 'path', reserved: protectedMembers, required: true },
        {
          name: 'type',
          type: 'choice',
          choices: ['BOOLEAN', 'B', 'NUMBER', 'N', 'INTEGER', 'STRING', 'S', 'DATE'],
          required: true,
        },
        { name: 'value', type: 'typed', typeColumn: 'type', path: '{path}' },
      ],
      required: true,
    },
    constants: { type: 'c8y_ParameterUpdate' },
    action: 'updateParameters',
    isSignOfLife: true,
    summary: 'Report parameters as an event and set them in the object.',
    example: {
      line: '408,Fan changed,2032-02-01T05:00:00Z,false,acme_Fan.left,b,false,acme_Fan.speed,n,5',
      time: '2032-02-01T05:00:00.000Z',
      body: {
        type: 'c8y_ParameterUpdate',
        text: 'Fan changed',
        acme_Fan: { left: false, speed: 5 },
      },
      values: { text: 'Fan changed', time: 1959224400000, detectsChange: false },
      groups: [
        { path: 'acme_Fan.left', type: 'B', value: false },
        { path: 'acme_Fan.speed', type: 'N', value: 5 },
      ],
    },
    source: 'static-templates §6',
  },
  {
    messageId: '500',
    name: 'getPendingOperations',
    api: 'operation',
    method: 'GET',
    columns: [],
    action: 'resendPendingOperations',
    summary: 'Ask for all pending operations again.',
    example: { line: '500' },
    source: 'static-templates §7',
  },
  {
    messageId: '501',
    name: 'startOperation',
    api: 'operation',
    method: 'PUT',
    columns: [fragmentToFind],
    constants: { status: 'EXECUTING' },
    action: 'updateOldestOperation',
    summary: 'Say that the oldest pending operation with a fragment is being executed.',
    example: {
      line: '501,c8y_Command',
      body: { status: 'EXECUTING' },
      values: { fragment: 'c8y_Command' },
    },
    source: 'static-templates §7',
  },
  {
    messageId: '502',
    name: 'failOperation',
    api: 'operation',
    method: 'PUT',
    columns: [fragmentToFind, failureReason],
    constants: { status: 'FAILED' },
    action: 'updateOldestOperation',
    summary: 'Say that the oldest executing operation with a fragment has failed.',
    example: {
      line: '502,c8y_Restart,"relay stuck, retry"',
      body: { status: 'FAILED', failureReason: 'relay stuck, retry' },
      values: { fragment: 'c8y_Restart', reason: 'relay stuck, retry' },
    },
    source: 'static-templates §7',
  },
  {
    messageId: '503',
    name: 'succeedOperation',
    api: 'operation',
    method: 'PUT',
    columns: [fragmentToFind],
    rest: result,
    constants: { status: 'SUCCESSFUL' },
    action: 'updateOldestOperation',
    summary: 'Say that the oldest executing operation with a fragment has succeeded.',
    example: {
      line: '503,c8y_RelayArray,OPEN,CLOSED,OPEN',
      body: { status: 'SUCCESSFUL' },
      values: { fragment: 'c8y_RelayArray' },
      list: ['OPEN', 'CLOSED', 'OPEN'],
    },
    source: 'static-templates §7',
  },
  {
    messageId: '504',
    name: 'startOperationById',
    api: 'operation',
    method: 'PUT',
    columns: [operationId],
    constants: { status: 'EXECUTING' },
    action: 'updateOperationById',
    summary: 'Say that an operation is being executed.',
    example: {
      line: '504,70112',
      body: { status: 'EXECUTING' },
      values: { operationId: '70112' },
    },
    source: 'static-templates §7',
  },
  {
    messageId: '505',
    name: 'failOperationById',
    api: 'operation',
    method: 'PUT',
    columns: [operationId, failureReason],
    constants: { status: 'FAILED' },
    action: 'updateOperationById',
    summary: 'Say that an operation has failed.',
    example: {
      line: '505,70112,no such file',
      body: { status: 'FAILED', failureReason: 'no such file' },
      values: { operationId: '70112', reason: 'no such file' },
    },
    source: 'static-templates §7',
  },
  {
    messageId: '506',
    name: 'succeedOperationById',
    api: 'operation',
    method: 'PUT',
    columns: [operationId],
    rest: result,
    constants: { status: 'SUCCESSFUL' },
    action: 'updateOperationById',
    summary: 'Say that an operation has succeeded.',
    example: {
      line: '506,70112,"up 3 days, load 0.2"',
      body: { status: 'SUCCESSFUL' },
      values: { operationId: '70112' },
      list: ['up 3 days, load 0.2'],
    },
    source: 'static-templates §7',
  },
  {
    messageId: '507',
    name: 'failExecutingOperations',
    api: 'operation',
    method: 'PUT',
    columns: [{ name: 'fragment', type: 'name' }, failureReason],
    constants: { status: 'FAILED' },
    action: 'updateExecutingOperations',
    summary: 'Say that all executing operations, or those with a fragment, have failed.',
    example: {
      line: '507,,power loss',
      body: { status: 'FAILED', failureReason: 'power loss' },
      values: { reason: 'power loss' },
    },
    source: 'static-templates §7',
  },
  {
    messageId: '600',
    name: 'getPlatformVersion',
    api: 'platform',
    method: 'GET',
    columns: [],
    reply: '601',
    createsNoDevice: true,
    summary: 'Ask for the version of the platform.',
    example: { line: '600' },
    source: 'static-templates §9',
  },
  {
    messageId: '602',
    name: 'getTemplateIds',
    api: 'platform',
    method: 'GET',
    columns: [],
    reply: '603',
    createsNoDevice: true,
    summary: 'Ask for the ids of all static templates.',
    example: { line: '602' },
    source: 'static-templates §9',
  },
] as const satisfies readonly RequestTemplate[]

export type StaticTemplateName = (typeof staticTemplates)[number]['name']

const templatesById = new Map<string, RequestTemplate>(
  staticTemplates.map((template) => [template.messageId, template]),
)

/** The static template that the row asks for; error 40 where there is none (S1). */
export function staticRequest(messageId: string): RowResult<RequestTemplate> {
  const template = templatesById.get(messageId)
  return template
    ? { ok: true, value: template }
    : { ok: false, problem: rowProblem('staticTemplateUnknown', messageId, {}) }
}
