import type { Alarm, JsonObject } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import type { Sources } from './sources.ts'

/** An alarm as clients read it; one that is not stored has no id (rest-api §13.1). */
export async function formatAlarm(
  sources: Sources,
  alarm: Alarm | Omit<Alarm, 'id'>,
  baseUrl: string,
): Promise<JsonObject> {
  const { sourceId, type, text, severity, status, time, count, fragments } = alarm
  return {
    ...('id' in alarm ? { id: alarm.id, self: `${baseUrl}/alarm/alarms/${alarm.id}` } : {}),
    type,
    text,
    severity,
    status,
    time: formatDate(time),
    ...(count > 1 ? { firstOccurrenceTime: formatDate(alarm.firstOccurrenceTime) } : {}),
    creationTime: formatDate(alarm.creationTime),
    lastUpdated: formatDate(alarm.lastUpdated),
    count,
    source: await sources.format(sourceId, baseUrl),
    history: { auditRecords: [], self: `${baseUrl}/audit/auditRecords` },
    ...fragments,
  }
}
