import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { Button } from '../parts/button.tsx'
import { CopyMenu } from '../parts/copy-menu.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { DocumentView } from '../parts/document-view.tsx'
import { Entry } from '../parts/entry-list.tsx'
import { Facts } from '../parts/facts.tsx'
import { StatusChip } from '../parts/status-chip.tsx'
import { Time, useClock } from '../parts/time.tsx'
import { formatAbsolute, formatDuration } from '../parts/time-words.ts'
import { useCurl } from '../parts/use-curl.ts'
import { describeMissingPermission } from '../session/permissions.ts'
import type { Alarm } from './alarm.ts'
import { fragmentsOfAlarm, isResolved, knownStatus, periodOf } from './alarm.ts'
import styles from './alarm-entry.module.css'
import { useAlarm } from './alarms-data.ts'
import { alarmsWords as words } from './alarms-words.ts'
import { useAcknowledge } from './use-acknowledge.ts'

export interface AlarmEntryProps {
  readonly alarm: Alarm
  readonly device: ManagedObjectRepresentation
  readonly isOpen: boolean
  readonly isGone: boolean
  readonly onToggle: () => void
  readonly onClear: (alarm: Alarm) => void
}

export function AlarmEntry({
  alarm: listed,
  device,
  isOpen,
  isGone,
  onToggle,
  onClear,
}: AlarmEntryProps) {
  // What has left the list is told as it is now, too.
  const alarm = useAlarm(isGone ? listed.id : undefined).data ?? listed
  const duration = useClock((now) => {
    const { from, to } = periodOf(alarm, now)
    return formatDuration(to - from)
  })
  return (
    <Entry
      id={alarm.id}
      isOpen={isOpen}
      isGone={isGone}
      onToggle={onToggle}
      headClass={styles.head}
      title={
        <span className={styles.title}>
          <span className={styles.severity}>
            <StatusChip concept="alarmSeverity" status={alarm.severity} />
          </span>
          <DeviceText linesMax={2}>{alarm.text}</DeviceText>
        </span>
      }
      head={
        <>
          <span className={styles.type}>
            <DeviceText isCode linesMax={1}>
              {alarm.type}
            </DeviceText>
          </span>
          <span className={styles.status}>
            <AlarmStatus status={alarm.status} />
          </span>
          <span className={styles.spans}>
            {words.count(alarm.count)} · {duration}
          </span>
          <span className={styles.time}>
            <Time value={alarm.time} isShort />
          </span>
        </>
      }
      details={() => (
        <>
          <AlarmActions alarm={alarm} device={device} onClear={() => onClear(alarm)} />
          <div className={styles.columns}>
            <Facts
              facts={[
                { name: words.facts.type, value: <DeviceText isCode>{alarm.type}</DeviceText> },
                { name: words.facts.last, value: formatAbsolute(Date.parse(alarm.time)) },
                {
                  name: words.facts.first,
                  value: formatAbsolute(Date.parse(alarm.firstOccurrenceTime ?? alarm.time)),
                },
                { name: words.facts.count, value: alarm.count.toLocaleString() },
                { name: words.facts.duration, value: duration },
                { name: words.facts.changed, value: formatAbsolute(Date.parse(alarm.lastUpdated)) },
                { name: words.facts.id, value: <code>{alarm.id}</code> },
              ]}
            />
            <div className={styles.document}>
              <DocumentView fragments={fragmentsOfAlarm(alarm)} document={alarm} />
            </div>
          </div>
        </>
      )}
    />
  )
}

function AlarmStatus({ status }: { readonly status: string }) {
  const known = knownStatus(status)
  return known === undefined ? (
    <DeviceText linesMax={1}>{status}</DeviceText>
  ) : (
    <StatusChip concept="alarmStatus" status={known} />
  )
}

function AlarmActions({
  alarm,
  device,
  onClear,
}: {
  readonly alarm: Alarm
  readonly device: ManagedObjectRepresentation
  readonly onClear: () => void
}) {
  const curl = useCurl()
  const { acknowledge, reactivate, mayChange, isPending } = useAcknowledge(device)
  const unavailable = mayChange ? undefined : describeMissingPermission(['ROLE_ALARM_ADMIN'])
  const path = `/alarm/alarms/${alarm.id}`
  return (
    <div className={styles.actions}>
      {!isResolved(alarm) && (
        <>
          {alarm.status === 'ACKNOWLEDGED' ? (
            <Button
              isSmall
              icon="bell"
              unavailable={unavailable}
              isPending={isPending}
              onPress={() => void reactivate(alarm)}
              data-testid="reactivate-alarm"
            >
              {words.reactivate.button}
            </Button>
          ) : (
            <Button
              isSmall
              icon="bellCheck"
              unavailable={unavailable}
              isPending={isPending}
              onPress={() => void acknowledge(alarm)}
              data-testid="acknowledge-alarm"
            >
              {words.acknowledge.button}
            </Button>
          )}
          <Button
            isSmall
            icon="bellOff"
            unavailable={unavailable}
            onPress={onClear}
            data-testid="clear-alarm"
          >
            {words.clear.button}
          </Button>
        </>
      )}
      <CopyMenu
        label="Copy the alarm as"
        isSmall
        choices={[
          { id: 'link', label: 'Link', text: () => location.href },
          { id: 'id', label: 'Id', text: () => alarm.id },
          { id: 'json', label: 'JSON', text: () => JSON.stringify(alarm, undefined, 2) },
          { id: 'curl', label: 'curl (read it)', text: () => curl({ method: 'GET', path }) },
          {
            id: 'curl-clear',
            label: 'curl (clear it)',
            text: () => curl({ method: 'PUT', path, body: { status: 'CLEARED' } }),
          },
        ]}
      />
    </div>
  )
}
