import { Button } from '../parts/button.tsx'
import { CopyMenu } from '../parts/copy-menu.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { DocumentView } from '../parts/document-view.tsx'
import { Entry } from '../parts/entry-list.tsx'
import { Facts } from '../parts/facts.tsx'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { formatAbsolute, formatDuration } from '../parts/time-words.ts'
import { useCurl } from '../parts/use-curl.ts'
import type { DeviceEvent } from './event.ts'
import { clockSkewMs, describePosition, fragmentsOfEvent } from './event.ts'
import styles from './event-entry.module.css'
import { eventsWords as words } from './events-words.ts'

export interface EventEntryProps {
  readonly event: DeviceEvent
  readonly isOpen: boolean
  readonly isGone: boolean
  readonly onToggle: () => void
  /** Absent where the list has only this type already. */
  readonly onOnlyType?: () => void
}

export function EventEntry({ event, isOpen, isGone, onToggle, onOnlyType }: EventEntryProps) {
  const position = describePosition(event)
  return (
    <Entry
      id={event.id}
      isOpen={isOpen}
      isGone={isGone}
      onToggle={onToggle}
      headClass={styles.head}
      title={<DeviceText linesMax={2}>{event.text}</DeviceText>}
      head={
        <>
          <span className={styles.type}>
            <DeviceText isCode linesMax={1}>
              {event.type}
            </DeviceText>
          </span>
          <span className={styles.position}>{position}</span>
          <span className={styles.time}>
            <Time value={event.time} isShort />
          </span>
        </>
      }
      details={() => <EventDetails event={event} position={position} onOnlyType={onOnlyType} />}
    />
  )
}

function EventDetails({
  event,
  position,
  onOnlyType,
}: {
  readonly event: DeviceEvent
  readonly position: string | undefined
  readonly onOnlyType: (() => void) | undefined
}) {
  const curl = useCurl()
  const skewMs = clockSkewMs(event)
  const absolute = (time: string): string => formatAbsolute(Date.parse(time))
  return (
    <>
      <div className={styles.actions}>
        {onOnlyType !== undefined && (
          <Button isSmall icon="search" onPress={onOnlyType} data-testid="only-type">
            {words.onlyType}
          </Button>
        )}
        <CopyMenu
          label="Copy the event as"
          isSmall
          choices={[
            { id: 'link', label: 'Link', text: () => location.href },
            { id: 'id', label: 'Id', text: () => event.id },
            { id: 'json', label: 'JSON', text: () => JSON.stringify(event, undefined, 2) },
            {
              id: 'curl',
              label: 'curl',
              text: () => curl({ method: 'GET', path: `/event/events/${event.id}` }),
            },
          ]}
        />
      </div>
      {skewMs !== undefined && (
        <Notice tone="info">{words.skew(formatDuration(Math.abs(skewMs)), skewMs > 0)}</Notice>
      )}
      <div className={styles.columns}>
        <Facts
          facts={[
            { name: words.facts.type, value: <DeviceText isCode>{event.type}</DeviceText> },
            { name: words.facts.time, value: absolute(event.time) },
            { name: words.facts.received, value: absolute(event.creationTime) },
            ...(position === undefined ? [] : [{ name: words.facts.position, value: position }]),
            ...(event.lastUpdated === event.creationTime
              ? []
              : [{ name: words.facts.changed, value: absolute(event.lastUpdated) }]),
            { name: words.facts.id, value: <code>{event.id}</code> },
          ]}
        />
        <div className={styles.document}>
          <DocumentView fragments={fragmentsOfEvent(event)} document={event} />
        </div>
      </div>
    </>
  )
}
