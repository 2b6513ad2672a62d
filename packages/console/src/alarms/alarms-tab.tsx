import { useEffect, useRef, useState } from 'react'
import { alarmSeverities, countAlarms } from '../device/alarm-counts.ts'
import { openAlarmsMax, useOpenAlarms } from '../device/device-data.ts'
import { deviceName } from '../device/device-name.ts'
import type { DeviceTabProps } from '../device/device-tabs.tsx'
import {
  EntryPagesView,
  EntryTab,
  FilterBar,
  NothingFiltered,
  useEntryPages,
} from '../device/entry-pages.tsx'
import { useTabSearch } from '../device/use-tab-search.ts'
import { announce, announceUrgently } from '../parts/announcer.ts'
import { MultipleChoice, SingleChoice } from '../parts/choice-chips.tsx'
import { findFocusedEntry } from '../parts/entry-list.tsx'
import { revealControls } from '../parts/reveal-controls.ts'
import { EmptyState, ForbiddenState } from '../parts/states.tsx'
import { statusWords } from '../parts/status-words.ts'
import { formatClockTime } from '../parts/time-words.ts'
import { describeMissingPermission, useIdentity, usePermissions } from '../session/permissions.ts'
import { useShortcut } from '../shell/shortcuts.tsx'
import { Icon } from '../visual/icon.tsx'
import type { Alarm } from './alarm.ts'
import { isResolved, sortBySeverity } from './alarm.ts'
import { AlarmEntry } from './alarm-entry.tsx'
import { AlarmHistory } from './alarm-history.tsx'
import { alarmsPageSize, useAlarm, useAlarms } from './alarms-data.ts'
import type { AlarmsSearch } from './alarms-search.ts'
import { alarmSelections, isUnresolvedOnly, parseAlarmsSearch } from './alarms-search.ts'
import styles from './alarms-tab.module.css'
import { alarmsWords as words } from './alarms-words.ts'
import { ClearDialog } from './clear-dialog.tsx'
import { useAcknowledge } from './use-acknowledge.ts'

/** What is or was wrong with the device (console §5.3, §4.6). */
export function AlarmsTab({ device }: DeviceTabProps) {
  const { may } = usePermissions()
  const { userName } = useIdentity()
  if (!may('ROLE_ALARM_READ') && device.owner !== userName) {
    return <ForbiddenState explanation={describeMissingPermission(['ROLE_ALARM_READ'])} />
  }
  return <Alarms key={device.id} device={device} />
}

function Alarms({ device }: DeviceTabProps) {
  const { search, change } = useTabSearch(parseAlarmsSearch)
  const { show = 'UNRESOLVED', severity = [], page = 1, open } = search
  const [cleared, setCleared] = useState<Alarm>()
  const query = useAlarms(device.id, search)
  const unresolved = useOpenAlarms(device.id).data
  const total = query.data?.total
  const read = query.data?.alarms ?? []
  // For triage, as far as nothing else is on other pages; the past is told in its order.
  const isTriage = isUnresolvedOnly(show) && total !== undefined && total <= alarmsPageSize
  const latest = isTriage ? sortBySeverity(read) : read
  const pages = useEntryPages({ query, latest, pageSize: alarmsPageSize, open })
  const elsewhere = useAlarm(pages.elsewhereId)
  const { acknowledge, mayChange } = useAcknowledge(device)
  useCriticalNews(unresolved, deviceName(device))

  const chosen = (): Alarm | undefined => {
    const id = findFocusedEntry() ?? open
    const alarm = [...pages.list.entries.map(({ item }) => item), elsewhere.data].find(
      (each) => each?.id === id,
    )
    if (alarm === undefined) announce(words.shortcuts.chooseFirst)
    return alarm
  }
  useShortcut({
    keys: 'a',
    words: words.shortcuts.acknowledge,
    run: () => {
      const alarm = chosen()
      if (alarm?.status === 'ACTIVE' && mayChange) void acknowledge(alarm)
    },
  })
  useShortcut({
    keys: 'c',
    words: words.shortcuts.clear,
    run: () => {
      const alarm = chosen()
      if (alarm !== undefined && !isResolved(alarm) && mayChange) setCleared(alarm)
    },
  })

  function refine(next: AlarmsSearch): void {
    const { page: _, open: __, ...others } = next
    change(others, true)
  }

  function openPage(next: number): void {
    const { page: _, open: __, ...others } = search
    change(next === 1 ? others : { ...others, page: next }, true)
  }

  function entryOf(alarm: Alarm, isGone = false) {
    return (
      <AlarmEntry
        key={alarm.id}
        alarm={alarm}
        device={device}
        isOpen={alarm.id === open}
        isGone={isGone}
        onToggle={() => {
          const { open: present, ...others } = search
          change(present === alarm.id ? others : { ...others, open: alarm.id })
        }}
        onClear={setCleared}
      />
    )
  }

  function renderEmpty() {
    if (severity.length === 0 && (show === 'UNRESOLVED' || show === 'ALL')) {
      const state = show === 'ALL' ? words.never : words.allWell
      return (
        <EmptyState icon="bellCheck" title={state.title}>
          {state.why(formatClockTime(query.dataUpdatedAt))}
        </EmptyState>
      )
    }
    return (
      <NothingFiltered words={words.filtered} onClear={() => change({})}>
        {words.filtered.why}
      </NothingFiltered>
    )
  }

  return (
    <EntryTab>
      <h2 className="visually-hidden">{words.list}</h2>
      <FilterBar>
        <MultipleChoice
          label={words.severityLabel}
          testId="alarm-severity"
          choices={alarmSeverities.map((value) => ({
            value,
            label: <SeverityLabel severity={value} unresolved={unresolved} />,
          }))}
          values={severity}
          onChange={(next) => {
            const { severity: _, ...others } = search
            refine(next.length === 0 ? others : { ...others, severity: next })
          }}
        />
        <SingleChoice
          label={words.selectionLabel}
          testId="alarm-selection"
          choices={alarmSelections.map((value) => ({ value, label: words.selections[value] }))}
          value={show}
          onChange={(next) => {
            const { show: _, ...others } = search
            refine(next === 'UNRESOLVED' ? others : { ...others, show: next })
          }}
        />
      </FilterBar>
      <EntryPagesView
        pages={pages}
        label={words.list}
        readingLabel={words.reading}
        elsewhereLabel={words.elsewhere}
        testId="alarms"
        page={page}
        onPage={openPage}
        entryOf={entryOf}
        elsewhere={elsewhere.data}
        empty={renderEmpty}
      />
      <AlarmHistory deviceId={device.id} unresolved={unresolved} />
      {cleared !== undefined && (
        <ClearDialog alarm={cleared} device={device} onClose={() => setCleared(undefined)} />
      )}
    </EntryTab>
  )
}

/** Shape, word and how many unresolved ones there are. */
function SeverityLabel({
  severity,
  unresolved,
}: {
  readonly severity: Alarm['severity']
  readonly unresolved: readonly Alarm[] | undefined
}) {
  const { word, icon, tone } = statusWords.alarmSeverity[severity]
  const count = unresolved === undefined ? undefined : countAlarms(unresolved)[severity]
  const isCut = unresolved?.length === openAlarmsMax
  return (
    <>
      <span className={count === undefined || count === 0 ? styles.none : styles[tone]}>
        <Icon name={icon} />
      </span>
      {word}
      {count !== undefined && (
        <strong className={styles.count}>
          {count.toLocaleString()}
          {isCut && '+'}
        </strong>
      )}
    </>
  )
}

/** Says each new critical alarm once, at once (console §3.5); those of before are no news. */
function useCriticalNews(unresolved: readonly Alarm[] | undefined, name: string): void {
  const known = useRef<ReadonlySet<string>>(undefined)
  useEffect(() => {
    if (unresolved === undefined) return
    const critical = unresolved.filter((alarm) => alarm.severity === 'CRITICAL')
    const news = critical.find(
      ({ id, status }) => status === 'ACTIVE' && known.current?.has(id) === false,
    )
    if (news !== undefined) announceUrgently(words.critical(name, revealControls(news.text)))
    known.current = new Set(critical.map(({ id }) => id))
  }, [unresolved, name])
}
