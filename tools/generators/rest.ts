import {
  type QueryParameter,
  type RestProblemRow,
  type Route,
  restProblems,
  routes,
} from '@pileus/rest-contract'
import { code, codes, page, plain, table } from './markdown.ts'

export function restPage(): string {
  return page(
    'REST interface',
    'packages/rest-contract',
    'Every route that this release has. [Which problems there are](#problems) and what they look like stands at the end.',
    table(
      ['Method', 'Path', 'What it does', 'Who may', 'Success'],
      routes.map((route: Route) => [
        route.method,
        code(route.path),
        plain(route.summary),
        accessOf(route),
        answerOf(route),
      ]),
    ),
    '## Query parameters',
    table(['Route', 'Parameter', 'Kind', 'Meaning'], routes.flatMap(queryRows)),
    '## Problems',
    'The body is `{ "error", "message", "info" }`. Each route may also answer the problems of the protocol: 400, 401, 403, 404, 405, 413, 415, 429 and 5xx.',
    table(['Name', 'Status', 'Error', 'Message'], Object.entries(restProblems).map(problemRow)),
  )
}

function accessOf({ access }: Route): string {
  switch (access.kind) {
    case 'authenticated':
      return 'every user'
    case 'permission':
      return codes(access.anyOf)
    case 'permissions':
      return access.allOf.map(code).join(' and ')
    case 'permissionOrOwner':
      return `${codes(access.anyOf)}, or the owner`
  }
}

function answerOf({ answer }: Route): string {
  switch (answer.kind) {
    case 'resource':
    case 'result':
      return `${answer.status}, ${answer.resource}`
    case 'collection':
      return `${answer.status}, a page of ${answer.resource}`
    case 'events':
      return `${answer.status}, events`
    case 'text':
      return `${answer.status}, text`
    case 'count':
      return `${answer.status}, a number`
    case 'empty':
      return String(answer.status)
  }
}

function queryRows({ method, path, query }: Route): readonly (readonly string[])[] {
  return query.map(({ name, kind, oneOf, summary }: QueryParameter) => [
    `${method} ${code(path)}`,
    code(name),
    oneOf === undefined ? kind : codes(oneOf),
    plain(summary),
  ])
}

function problemRow([name, row]: readonly [string, RestProblemRow]): readonly string[] {
  return [name, String(row.status), code(row.error), plain(row.message)]
}
