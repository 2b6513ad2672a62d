import { closeReasons } from '@pileus/server/src/mqtt-endpoint/close-reasons.ts'
import { type LogEventId, logEventRow, logEvents } from '@pileus/server/src/telemetry/log-events.ts'
import { code, page, plain, table } from './markdown.ts'

export function logPage(): string {
  return page(
    'Log',
    'packages/server/src/telemetry/log-events.ts',
    'The platform writes one JSON object per line to standard error. Every line has `ts`, `level`, `event` and `msg`; what else belongs to the event stands between them. Payloads and secrets are never written. Beyond its rate an event is counted instead of written, and the next line says in `suppressed` how many are missing.',
    '## Events',
    table(
      ['Event', 'Level', 'Line', 'When, and what to do', 'At most'],
      Object.keys(logEvents).map((event) => {
        const { level, msg, meaning, perSecondMax } = logEventRow(event as LogEventId)
        const rate = perSecondMax === undefined ? '' : `${perSecondMax}/s`
        return [code(event), level, plain(msg), plain(meaning), rate]
      }),
    ),
    '## Why a connection ended',
    'The `reason` of `mqtt.closed`, and the label of `platform_mqtt_disconnects_total`. The will counts for sessions that were accepted.',
    table(
      ['Reason', 'Brought about by', 'Will', 'Meaning'],
      Object.entries(closeReasons).map(([reason, { by, will, sentence }]) => [
        code(reason),
        by,
        will,
        plain(sentence),
      ]),
    ),
  )
}
