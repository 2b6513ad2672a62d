import { pagingParameters } from '../paging.ts'
import type { Route } from '../route.ts'

const readsRequests = { kind: 'permission', anyOf: ['ROLE_DEVICE_CONTROL_READ'] } as const

/** Packets hold data of every kind, so whoever sees them may see each kind. */
const readsAllData = {
  kind: 'permissions',
  allOf: [
    'ROLE_INVENTORY_READ',
    'ROLE_MEASUREMENT_READ',
    'ROLE_EVENT_READ',
    'ROLE_ALARM_READ',
    'ROLE_DEVICE_CONTROL_READ',
  ],
} as const

const wireParameters = [
  { name: 'clientId', kind: 'text', summary: 'The ClientId of a device, or the id in it.' },
  {
    name: 'deviceId',
    kind: 'text',
    summary: 'The id of a device; a child device is spoken for by the connection of its agent.',
  },
  { name: 'errorsOnly', kind: 'boolean', summary: 'Only what failed or was refused.' },
  {
    name: 'since',
    kind: 'text',
    summary: 'Packets after this `seq`; the last ones there are unless given.',
  },
] as const

/** Devices that one search tells at most, and unless asked for fewer. */
export const devicesFoundMax = 50

export const consoleRoutes = [
  {
    name: 'listConsoleRegistrations',
    method: 'GET',
    path: '/service/console/registrations',
    summary:
      'Registration requests with what decides about them: pending first, then waiting, accepted, blocked; newest first.',
    access: readsRequests,
    query: pagingParameters,
    answer: { kind: 'collection', resource: 'consoleRegistration', status: 200 },
    problems: ['invalid'],
    source: 'console §4.4',
  },
  {
    name: 'getConsoleRegistration',
    method: 'GET',
    path: '/service/console/registrations/{id}',
    summary: 'One registration request with the diary of its polls.',
    access: readsRequests,
    query: [],
    answer: { kind: 'resource', resource: 'consoleRegistration', status: 200 },
    problems: ['newDeviceRequestNotFound'],
    source: 'console §4.4',
  },
  {
    name: 'searchConsole',
    method: 'GET',
    path: '/service/console/search',
    summary:
      'Devices by external id, id, part of the name or beginning of the type, best match first.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_INVENTORY_READ'] },
    query: [
      { name: 'q', kind: 'text', summary: 'What to search for; any case for names and types.' },
      { name: 'pageSize', kind: 'integer', summary: 'Devices told: 50 unless given, and at most.' },
    ],
    answer: { kind: 'resource', resource: 'consoleSearch', status: 200 },
    problems: ['mandatoryMissing', 'invalid'],
    source: 'console §2.4, §6.6',
  },
  {
    name: 'readConsoleWire',
    method: 'GET',
    path: '/service/console/wire',
    summary:
      'Packets of a device, decoded, with what became of them; from now on all of them are kept for an hour. Without device: what is kept of all.',
    access: readsAllData,
    query: wireParameters,
    answer: { kind: 'resource', resource: 'consoleWire', status: 200 },
    problems: ['invalid', 'managedObjectNotFound', 'tooManyRequests'],
    source: 'console §5.21, §6.2',
  },
  {
    name: 'streamConsoleWire',
    method: 'GET',
    path: '/service/console/wire/stream',
    summary:
      'The same as it happens. Events `packet`, `state`, `lost` and `error`; `Last-Event-ID` goes on behind the packet with this `seq`.',
    access: readsAllData,
    query: wireParameters,
    answer: { kind: 'events', resource: 'consoleWire', status: 200 },
    problems: ['invalid', 'managedObjectNotFound', 'tooManyRequests'],
    source: 'console §5.21, §6.2, security §10.3',
  },
] as const satisfies readonly Route[]
