import type { DeviceEvent, JsonObject } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import type { Sources } from './sources.ts'

/** An event as clients read it; one that is not stored has no id (rest-api §12.1). */
export async function formatEvent(
  sources: Sources,
  event: DeviceEvent | Omit<DeviceEvent, 'id'>,
  baseUrl: string,
): Promise<JsonObject> {
  const { sourceId, type, text, time, creationTime, lastUpdated, fragments } = event
  return {
    ...('id' in event ? { id: event.id, self: `${baseUrl}/event/events/${event.id}` } : {}),
    type,
    text,
    time: formatDate(time),
    creationTime: formatDate(creationTime),
    lastUpdated: formatDate(lastUpdated),
    source: await sources.format(sourceId, baseUrl),
    ...fragments,
  }
}
