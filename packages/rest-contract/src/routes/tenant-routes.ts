import type { Route } from '../route.ts'

export const tenantRoutes = [
  {
    name: 'getCurrentTenant',
    method: 'GET',
    path: '/tenant/currentTenant',
    summary: 'The tenant of the caller.',
    access: { kind: 'authenticated' },
    query: [{ name: 'withParent', kind: 'boolean', summary: 'Name the parent tenant as well.' }],
    answer: { kind: 'resource', resource: 'currentTenant', status: 200 },
    problems: [],
    source: 'rest-api §4.1',
  },
] as const satisfies readonly Route[]
