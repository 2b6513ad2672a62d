import { measurementsBody } from '../bodies.ts'
import { pagingParameters } from '../paging.ts'
import type { Route } from '../route.ts'
import { documentMaxBytes } from './body-limits.ts'

export const measurementRoutes = [
  {
    name: 'createMeasurements',
    method: 'POST',
    path: '/measurement/measurements',
    summary: 'Store one measurement, or all or none of a list.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_MEASUREMENT_ADMIN'] },
    query: [],
    body: { schema: measurementsBody, maxBytes: documentMaxBytes, acceptsGzip: true },
    answer: { kind: 'resource', resource: 'measurement', status: 201 },
    problems: ['mandatoryMissing', 'measurementSourceUnknown', 'invalid'],
    source: 'rest-api §11.2',
  },
  {
    name: 'listMeasurements',
    method: 'GET',
    path: '/measurement/measurements',
    summary: 'Find measurements, by time ascending.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_MEASUREMENT_READ'] },
    query: [
      { name: 'source', kind: 'text', summary: 'Id of the source.' },
      { name: 'type', kind: 'text', summary: 'Exact type.' },
      { name: 'dateFrom', kind: 'date', summary: 'Earliest time, inclusive.' },
      { name: 'dateTo', kind: 'date', summary: 'Latest time, inclusive.' },
      { name: 'valueFragmentType', kind: 'text', summary: 'Name of a fragment that is present.' },
      { name: 'valueFragmentSeries', kind: 'text', summary: 'Name of a series that is present.' },
      { name: 'fragmentType', kind: 'text', summary: 'The same as valueFragmentType.' },
      { name: 'revert', kind: 'boolean', summary: 'Newest first.' },
      ...pagingParameters,
    ],
    answer: { kind: 'collection', resource: 'measurement', status: 200 },
    problems: ['invalid'],
    source: 'rest-api §11.3',
  },
  {
    name: 'getMeasurement',
    method: 'GET',
    path: '/measurement/measurements/{id}',
    summary: 'One measurement.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_MEASUREMENT_READ'] },
    query: [],
    answer: { kind: 'resource', resource: 'measurement', status: 200 },
    problems: ['measurementNotFound'],
    source: 'rest-api §11.2',
  },
  {
    name: 'deleteMeasurement',
    method: 'DELETE',
    path: '/measurement/measurements/{id}',
    summary: 'Delete one measurement.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_MEASUREMENT_ADMIN'] },
    query: [],
    answer: { kind: 'empty', status: 204 },
    problems: ['measurementNotFound'],
    source: 'rest-api §11.2',
  },
] as const satisfies readonly Route[]
