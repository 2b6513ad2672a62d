import {
  type ReplyTemplate,
  type RequestTemplate,
  replyTemplates,
  staticTemplates,
} from '@pileus/smartrest'
import { formatRequest, type RequestValues } from './format-request.ts'
import type { Send } from './send.ts'

export interface RowSender {
  /** Done when the row is acknowledged. */
  sendRow(row: string): Promise<void>
  /** The columns of the answer. */
  ask(row: string, replyId: string): Promise<readonly string[]>
}

/**
 * One method for each row of the table. A value that the template refuses is a rejected promise
 * with `valueRefused`, and nothing is sent.
 */
export function createSend(sender: RowSender): Send {
  const methods = staticTemplates.map((template: RequestTemplate) => [
    template.name,
    async (values: RequestValues = {}) => {
      const row = formatRequest(template, values)
      if (template.reply === undefined) return await sender.sendRow(row)
      const columns = await sender.ask(row, template.reply)
      return isRepeated(template.reply) ? columns : columns[0]
    },
  ])
  // The interface is generated from the same table, and a test compares the two.
  return Object.fromEntries(methods) as Send
}

function isRepeated(replyId: string): boolean {
  return replyTemplates.some(
    (template: ReplyTemplate) => template.messageId === replyId && template.isRepeated,
  )
}
