import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { statusWords } from '../parts/status-words.ts'
import { showToast } from '../parts/toasts.tsx'
import { describeFailure } from '../platform/failure-words.ts'
import { usePlatform } from '../platform/platform.ts'
import { useIdentity, usePermissions } from '../session/permissions.ts'
import type { Alarm } from './alarm.ts'
import { knownStatus } from './alarm.ts'
import type { NewAlarmStatus } from './alarms-data.ts'
import { useChangeAlarm } from './alarms-data.ts'
import { alarmsWords as words } from './alarms-words.ts'

/** What can be done with the alarms of a device without asking first. */
export function useAcknowledge({ owner }: ManagedObjectRepresentation) {
  const { rest } = usePlatform()
  const { may } = usePermissions()
  const { userName } = useIdentity()
  const { mutateAsync, isPending } = useChangeAlarm()

  async function change(alarm: Alarm, status: NewAlarmStatus, done: string): Promise<void> {
    try {
      await mutateAsync({ alarm, status })
      showToast(done)
    } catch (error) {
      const { title, cause } = describeFailure(error)
      if (!isOvertaken(error)) showToast(`${title} ${cause}`, 'critical')
      else showToast(await describeOvertaken(rest, alarm))
    }
  }

  return {
    mayChange: may('ROLE_ALARM_ADMIN') || userName === owner,
    isPending,
    acknowledge: (alarm: Alarm) => change(alarm, 'ACKNOWLEDGED', words.acknowledge.done),
    reactivate: (alarm: Alarm) => change(alarm, 'ACTIVE', words.reactivate.done),
  }
}

/** Somebody else, or the device, has cleared it in the meantime. */
export function isOvertaken(failure: unknown): boolean {
  return failure instanceof RestRefusal && failure.status === 422
}

export async function describeOvertaken(
  rest: ReturnType<typeof usePlatform>['rest'],
  { id }: Alarm,
): Promise<string> {
  const { status } = await rest.get('/alarm/alarms/{id}', { path: { id } })
  const known = knownStatus(status)
  return words.overtaken(known === undefined ? status : statusWords.alarmStatus[known].word)
}
