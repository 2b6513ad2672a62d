import { dryRunBody, dryRunResponsesBody } from '../bodies.ts'
import type { Route } from '../route.ts'
import { dryRunMaxBytes } from './body-limits.ts'

export const dryRunRoutes = [
  {
    name: 'dryRunRows',
    method: 'POST',
    path: '/service/console/smartrest/dry-run',
    summary:
      'What rows on a topic would do, row by row, with the templates that are stored or with a draft of them. Nothing is stored, and nobody is told. A device needs its owner, or the permissions to read all its data.',
    access: { kind: 'permissionOrOwner', anyOf: ['ROLE_INVENTORY_READ'] },
    query: [],
    body: { schema: dryRunBody, maxBytes: dryRunMaxBytes },
    answer: { kind: 'result', resource: 'consoleDryRun', status: 200 },
    problems: ['invalid', 'managedObjectNotFound', 'accessDenied'],
    source: 'console §4.11, §6.3',
  },
  {
    name: 'dryRunResponses',
    method: 'POST',
    path: '/service/console/smartrest/dry-run/responses',
    summary:
      'The rows that response templates make of an operation or of an answer of REST, and which templates apply. With `sn`, the external id of the target, the document is an operation.',
    access: { kind: 'permission', anyOf: ['ROLE_INVENTORY_READ'] },
    query: [],
    body: { schema: dryRunResponsesBody, maxBytes: dryRunMaxBytes },
    answer: { kind: 'result', resource: 'consoleDryRunResponses', status: 200 },
    problems: ['invalid'],
    source: 'console §4.11, §6.3',
  },
] as const satisfies readonly Route[]
