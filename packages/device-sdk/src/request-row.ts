import { type RequestTemplate, staticTemplates } from '@pileus/smartrest'
import { formatRequest } from './format-request.ts'
import type { Send } from './send.ts'

const templates = new Map<string, RequestTemplate>(
  staticTemplates.map((template) => [template.name, template]),
)

/**
 * The row that the method of this name would send, for `sendRows`: many rows, few messages. Throws
 * `valueRefused`.
 */
export function requestRow<Name extends keyof Send>(
  name: Name,
  ...[values = {}]: Parameters<Send[Name]>
): string {
  const template = templates.get(name)
  if (template === undefined) throw new TypeError(`There is no template ${name}`)
  return formatRequest(template, { ...values })
}
