import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { deviceName } from '../device/device-name.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { CopyAs } from '../parts/copy-as.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { StatusChip } from '../parts/status-chip.tsx'
import { showToast } from '../parts/toasts.tsx'
import { usePlatform } from '../platform/platform.ts'
import type { Alarm } from './alarm.ts'
import { useChangeAlarm } from './alarms-data.ts'
import { alarmsWords as words } from './alarms-words.ts'
import styles from './clear-dialog.module.css'
import { describeOvertaken, isOvertaken } from './use-acknowledge.ts'

export interface ClearDialogProps {
  readonly alarm: Alarm
  readonly device: ManagedObjectRepresentation
  readonly onClose: () => void
}

export function ClearDialog({ alarm, device, onClose }: ClearDialogProps) {
  const { rest } = usePlatform()
  const { mutateAsync } = useChangeAlarm()

  async function onConfirm(): Promise<void> {
    try {
      await mutateAsync({ alarm, status: 'CLEARED' })
      showToast(words.clear.done)
    } catch (error) {
      if (!isOvertaken(error)) throw error
      showToast(await describeOvertaken(rest, alarm))
    }
  }

  return (
    <ConfirmDialog
      title={words.clear.title}
      level={1}
      confirmLabel={words.clear.confirm}
      copyAs={
        <CopyAs
          request={{
            method: 'PUT',
            path: `/alarm/alarms/${alarm.id}`,
            body: { status: 'CLEARED' },
          }}
        />
      }
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p className={styles.subject}>
        <StatusChip concept="alarmSeverity" status={alarm.severity} />
        <strong>
          <DeviceText>{alarm.text}</DeviceText>
        </strong>
      </p>
      <p className={styles.device}>
        <DeviceText>{deviceName(device)}</DeviceText>
      </p>
      <p>{words.clear.effect}</p>
    </ConfirmDialog>
  )
}
