import { externalIdBody } from '../bodies.ts'
import type { Route } from '../route.ts'
import { documentMaxBytes } from './body-limits.ts'

export const identityRoutes = [
  {
    name: 'listExternalIds',
    method: 'GET',
    path: '/identity/globalIds/{id}/externalIds',
    summary: 'All external ids of a managed object, unpaged; none for an unknown object.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_IDENTITY_READ'] },
    query: [],
    answer: { kind: 'collection', resource: 'externalId', status: 200 },
    problems: [],
    source: 'rest-api §10',
  },
  {
    name: 'createExternalId',
    method: 'POST',
    path: '/identity/globalIds/{id}/externalIds',
    summary: 'Give a managed object a further external id.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_IDENTITY_ADMIN'] },
    query: [],
    body: { schema: externalIdBody, maxBytes: documentMaxBytes },
    answer: { kind: 'resource', resource: 'externalId', status: 201 },
    problems: ['managedObjectNotFound', 'externalIdTaken', 'mandatoryMissing'],
    source: 'rest-api §10',
  },
  {
    name: 'getExternalId',
    method: 'GET',
    path: '/identity/externalIds/{type}/{externalId*}',
    summary: 'Find the managed object behind an external id.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_IDENTITY_READ'] },
    query: [],
    answer: { kind: 'resource', resource: 'externalId', status: 200 },
    problems: ['externalIdNotFound'],
    source: 'rest-api §10',
  },
  {
    name: 'deleteExternalId',
    method: 'DELETE',
    path: '/identity/externalIds/{type}/{externalId*}',
    summary: 'Take an external id away; the managed object stays.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_IDENTITY_ADMIN'] },
    query: [],
    answer: { kind: 'empty', status: 204 },
    problems: ['externalIdNotFound'],
    source: 'rest-api §10',
  },
] as const satisfies readonly Route[]
