import type { JsonObject } from '@pileus/domain'
import { preferredExternalId } from '@pileus/domain'
import { processRows } from '@pileus/server/src/device-gateway/process-rows.ts'
import { routeTopic } from '@pileus/server/src/device-gateway/route-topic.ts'
import { formatRow, parsePayload } from '@pileus/smartrest'
import { effectsOf } from './effects.ts'
import type { RunsCase } from './golden-case.ts'
import { objectAt, optionalTextAt, textAt } from './golden-case.ts'
import { committed, goldenTenant, instantAt, openGoldenPlatform } from './golden-platform.ts'

/** Rows of one message against a state: what they cause, say and refuse. */
export const runStaticRequest: RunsCase = async ({ input }) => {
  const now = instantAt(input, 'now', 0)
  const platform = await openGoldenPlatform(textAt(input, 'client'), objectAt(input, 'state'), now)
  const route = routeTopic(textAt(input, 'topic'))
  if (route.kind !== 'static') return { effects: [], publish: [], errors: [] }
  const context = {
    connection: platform.connection,
    mode: route.mode,
    child: route.child,
    platformVersion: optionalTextAt(input, 'platformVersion') ?? '0.0.0',
    packetBytesMax: 16_184,
  }
  const parsed = parsePayload(textAt(input, 'payload'))
  const outcomes = await platform.store.run(goldenTenant, now, (unit) =>
    processRows(unit, context, parsed),
  )
  await committed()
  const effects = await effectsOf(platform)
  const publish: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const outcome of outcomes) {
    switch (outcome.kind) {
      case 'problem':
        errors.push({ code: outcome.problem.code, messageId: outcome.problem.messageId })
        break
      case 'reply':
        publish.push({ topic: 's/ds', payload: formatRow(outcome.row) })
        break
      case 'result':
        publish.push({ topic: outcome.topic, payload: outcome.payload })
        break
      case 'resendPending': {
        const reader = platform.store.reader(goldenTenant)
        const externalId = await preferredExternalId(reader, outcome.managedObjectId)
        effects.push({ action: 'resend-pending', externalId: externalId ?? '' })
      }
    }
  }
  await platform.store[Symbol.asyncDispose]()
  return { effects, publish, errors }
}
