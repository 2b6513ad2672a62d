import type { Route } from '../route.ts'

export const operationTraceRoutes = [
  {
    name: 'getOperationTrace',
    method: 'GET',
    path: '/service/console/operations/{id}/trace',
    summary: 'The way of one operation from the request to its result, with the time of each step.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_DEVICE_CONTROL_READ'] },
    query: [],
    answer: { kind: 'resource', resource: 'operationTrace', status: 200 },
    problems: ['operationNotFound'],
    source: 'console §6.6',
  },
] as const satisfies readonly Route[]
