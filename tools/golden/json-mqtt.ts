import { performJson } from '@pileus/server/src/device-gateway/json/perform-json.ts'
import { readDocument } from '@pileus/server/src/device-gateway/json/read-json-message.ts'
import { routeTopic } from '@pileus/server/src/device-gateway/route-topic.ts'
import { effectsOf } from './effects.ts'
import type { RunsCase } from './golden-case.ts'
import { objectAt, textAt } from './golden-case.ts'
import { committed, goldenTenant, instantAt, openGoldenPlatform } from './golden-platform.ts'

/** One JSON message against a state: what it causes, or why it is refused. */
export const runJsonMqtt: RunsCase = async ({ input }) => {
  const now = instantAt(input, 'now', 0)
  const platform = await openGoldenPlatform(textAt(input, 'client'), objectAt(input, 'state'), now)
  const route = routeTopic(textAt(input, 'topic'))
  if (route.kind !== 'json') return { effects: [], error: 'mqtt/topicNotSupported' }
  const { topic, id, mode } = route
  const document = readDocument(topic, textAt(input, 'payload'))
  const problem = await platform.store.run(goldenTenant, now, (unit) =>
    performJson(unit, platform.connection, { topic, id, mode, packetId: 1, document }),
  )
  await committed()
  const effects = await effectsOf(platform)
  await platform.store[Symbol.asyncDispose]()
  return { effects, ...(problem === undefined ? {} : { error: problem.error }) }
}
