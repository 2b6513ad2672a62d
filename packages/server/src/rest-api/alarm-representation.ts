import type { Alarm, JsonObject } from '@pileus/domain'
import { documentOfAlarm } from '@pileus/domain'
import type { Sources } from './sources.ts'

/** An alarm as clients read it; one that is not stored has no id (rest-api §13.1). */
export async function formatAlarm(
  sources: Sources,
  alarm: Alarm | Omit<Alarm, 'id'>,
  baseUrl: string,
): Promise<JsonObject> {
  return {
    ...documentOfAlarm(alarm),
    ...('id' in alarm ? { self: `${baseUrl}/alarm/alarms/${alarm.id}` } : {}),
    source: await sources.format(alarm.sourceId, baseUrl),
    history: { auditRecords: [], self: `${baseUrl}/audit/auditRecords` },
  }
}
