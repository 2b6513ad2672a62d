import { alarmSeverities } from '@pileus/domain'
import { alarmBody, alarmStatusBody, newAlarmBody } from '../bodies.ts'
import { pagingParameters } from '../paging.ts'
import type { QueryParameter } from '../query-parameters.ts'
import type { Route } from '../route.ts'
import { documentMaxBytes } from './body-limits.ts'

/** Combined with AND (rest-api §13.2). */
const alarmFilters = [
  { name: 'source', kind: 'text', summary: 'Id of the source.' },
  { name: 'type', kind: 'list', summary: 'Types, any of them.' },
  { name: 'status', kind: 'list', summary: 'Statuses, any of them.' },
  { name: 'severity', kind: 'list', summary: 'Severities, any of them.', oneOf: alarmSeverities },
  { name: 'resolved', kind: 'boolean', summary: 'CLEARED only, or all others; beats status.' },
  { name: 'dateFrom', kind: 'date', summary: 'Earliest time, inclusive.' },
  { name: 'dateTo', kind: 'date', summary: 'Latest time, inclusive.' },
  { name: 'createdFrom', kind: 'date', summary: 'Earliest creation, inclusive.' },
  { name: 'createdTo', kind: 'date', summary: 'Latest creation, exclusive.' },
  { name: 'lastUpdatedFrom', kind: 'date', summary: 'Earliest update, inclusive.' },
  { name: 'lastUpdatedTo', kind: 'date', summary: 'Latest update, exclusive.' },
] as const satisfies readonly QueryParameter[]

export const alarmRoutes = [
  {
    name: 'createAlarm',
    method: 'POST',
    path: '/alarm/alarms',
    summary: 'Raise an alarm, or count a repetition of an unresolved one.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_ALARM_ADMIN'] },
    query: [],
    body: { schema: newAlarmBody, maxBytes: documentMaxBytes },
    answer: { kind: 'resource', resource: 'alarm', status: 201 },
    problems: ['mandatoryMissing', 'alarmSourceUnknown', 'invalid'],
    source: 'rest-api §13.2, §13.3',
  },
  {
    name: 'listAlarms',
    method: 'GET',
    path: '/alarm/alarms',
    summary: 'Find alarms, newest first.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_ALARM_READ'] },
    query: [
      ...alarmFilters,
      { name: 'revert', kind: 'boolean', summary: 'Oldest first.' },
      ...pagingParameters,
    ],
    answer: { kind: 'collection', resource: 'alarm', status: 200 },
    problems: ['invalid'],
    source: 'rest-api §13.2',
  },
  {
    name: 'updateAlarms',
    method: 'PUT',
    path: '/alarm/alarms',
    summary: 'Set the status of all alarms that match at least one filter.',
    access: { kind: 'permission', anyOf: ['ROLE_ALARM_ADMIN'] },
    query: alarmFilters,
    body: { schema: alarmStatusBody, maxBytes: documentMaxBytes },
    answer: { kind: 'resource', resource: 'alarm', status: 200 },
    problems: ['mandatoryMissing', 'invalid'],
    source: 'rest-api §13.2',
  },
  {
    name: 'countAlarms',
    method: 'GET',
    path: '/alarm/alarms/count',
    summary: 'How many alarms there are.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_ALARM_READ'] },
    query: alarmFilters,
    answer: { kind: 'count', status: 200 },
    problems: ['invalid'],
    source: 'rest-api §13.2',
  },
  {
    name: 'getAlarm',
    method: 'GET',
    path: '/alarm/alarms/{id}',
    summary: 'One alarm.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_ALARM_READ'] },
    query: [],
    answer: { kind: 'resource', resource: 'alarm', status: 200 },
    problems: ['alarmNotFound'],
    source: 'rest-api §13.2',
  },
  {
    name: 'updateAlarm',
    method: 'PUT',
    path: '/alarm/alarms/{id}',
    summary: 'Change text, severity, status and fragments of an alarm.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_ALARM_ADMIN'] },
    query: [],
    body: { schema: alarmBody, maxBytes: documentMaxBytes },
    answer: { kind: 'resource', resource: 'alarm', status: 200 },
    problems: ['alarmNotFound', 'invalid'],
    source: 'rest-api §13.2',
  },
] as const satisfies readonly Route[]
