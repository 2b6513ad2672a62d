import { pagingParameters } from '../paging.ts'
import type { Route } from '../route.ts'

const readsRequests = { kind: 'permission', anyOf: ['ROLE_DEVICE_CONTROL_READ'] } as const

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
] as const satisfies readonly Route[]
