import type { Route } from '../route.ts'

/** A definition as large as it may be stored, with the quotes that CSV doubles. */
const definitionMaxBytes = 512 * 1024

export const smartRest1Routes = [
  {
    name: 'defineSmartRest1Templates',
    method: 'POST',
    path: '/s',
    summary:
      'Define the SmartREST 1.0 collection that the header X-Id names, or ask for it with an empty body. The answer is one row: 20 with the id, 40, 41 or 43.',
    access: { kind: 'authenticated' },
    query: [],
    body: { isText: true, maxBytes: definitionMaxBytes },
    answer: { kind: 'text', status: 200 },
    problems: ['mandatoryMissing', 'invalid'],
    source: 'thin-edge §17.5, §19.1',
  },
] as const satisfies readonly Route[]
