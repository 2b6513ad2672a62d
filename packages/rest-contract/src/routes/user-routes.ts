import type { Route } from '../route.ts'

export const userRoutes = [
  {
    name: 'getCurrentUser',
    method: 'GET',
    path: '/user/currentUser',
    summary: 'The caller: as user when Accept names the type of users, else with its permissions.',
    access: { kind: 'authenticated' },
    query: [],
    answer: { kind: 'resource', resource: 'currentUser', status: 200 },
    problems: ['accessDenied'],
    source: 'rest-api §6.1',
  },
  {
    name: 'deleteUser',
    method: 'DELETE',
    path: '/user/{tenantId}/users/{userName}',
    summary: 'Delete a user; a device user can then be registered again.',
    access: {
      kind: 'permission',
      anyOf: ['ROLE_USER_MANAGEMENT_ADMIN', 'ROLE_USER_MANAGEMENT_CREATE'],
    },
    query: [],
    answer: { kind: 'empty', status: 204 },
    problems: ['foreignTenant', 'userNotFound', 'invalid'],
    source: 'rest-api §6.2',
  },
] as const satisfies readonly Route[]
