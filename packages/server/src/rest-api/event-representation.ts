import type { DeviceEvent, JsonObject } from '@pileus/domain'
import { documentOfEvent } from '@pileus/domain'
import type { Sources } from './sources.ts'

/** An event as clients read it; one that is not stored has no id (rest-api §12.1). */
export async function formatEvent(
  sources: Sources,
  event: DeviceEvent | Omit<DeviceEvent, 'id'>,
  baseUrl: string,
): Promise<JsonObject> {
  return {
    ...documentOfEvent(event),
    ...('id' in event ? { self: `${baseUrl}/event/events/${event.id}` } : {}),
    source: await sources.format(event.sourceId, baseUrl),
  }
}
