import { jsonErrors } from '@pileus/server/src/device-gateway/json/json-problem.ts'
import type { JsonTopic } from '@pileus/server/src/device-gateway/json/json-topics.ts'
import { jsonTopics } from '@pileus/server/src/device-gateway/json/json-topics.ts'
import { code, codeBlock, codes, page, table } from './markdown.ts'

export function jsonTopicsPage(): string {
  return page(
    'JSON topics',
    'packages/server/src/device-gateway/json/json-topics.ts',
    'What a device may publish as JSON, one object per message. How to work with it: [JSON over MQTT](../guides/json-over-mqtt.md).',
    'One leading and one trailing slash are ignored. The prefixes `t/`, `q/` and `c/` ask for the modes TRANSIENT, QUIESCENT and CEP; where a topic does not name that mode, the message is PERSISTENT.',
    ...jsonTopics.flatMap(section),
    '## Errors',
    'On `error`, one object for each refused message: `error`, `message`, and `messageId`, the packet id of the message, unless it came with QoS 0.',
    table(
      ['`error`', 'When'],
      Object.entries(jsonErrors).map(([error, when]) => [code(error), when]),
    ),
  )
}

function section({ topic, modes, summary, example, ignoresPayload }: JsonTopic): readonly string[] {
  return [
    `## ${code(topic)}`,
    summary,
    `Modes: ${codes(modes)}.${ignoresPayload ? ' The payload is ignored.' : ''}`,
    example === undefined ? '' : codeBlock('json', JSON.stringify(example, undefined, 2)),
  ]
}
