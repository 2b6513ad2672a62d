import type { DeviceTabProps } from '../device/device-tabs.tsx'
import {
  EntryPagesView,
  EntryTab,
  FilterBar,
  NothingFiltered,
  useEntryPages,
} from '../device/entry-pages.tsx'
import { useTabSearch } from '../device/use-tab-search.ts'
import { SingleChoice } from '../parts/choice-chips.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { EmptyState, ForbiddenState } from '../parts/states.tsx'
import { TextField } from '../parts/text-field.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { describeMissingPermission, useIdentity, usePermissions } from '../session/permissions.ts'
import type { DeviceEvent } from './event.ts'
import { EventEntry } from './event-entry.tsx'
import { eventsPageSize, useEvent, useEvents } from './events-data.ts'
import type { EventsSearch } from './events-search.ts'
import {
  eventPeriods,
  formatLocalMinute,
  parseEventsSearch,
  parseLocalMinute,
} from './events-search.ts'
import styles from './events-tab.module.css'
import { eventsWords as words } from './events-words.ts'

/** What the device has told (console §5.4, §4.7). */
export function EventsTab({ device }: DeviceTabProps) {
  const { may } = usePermissions()
  const { userName } = useIdentity()
  if (!may('ROLE_EVENT_READ') && device.owner !== userName) {
    return <ForbiddenState explanation={describeMissingPermission(['ROLE_EVENT_READ'])} />
  }
  return <Events key={device.id} device={device} />
}

function Events({ device }: DeviceTabProps) {
  const { search, change } = useTabSearch(parseEventsSearch)
  const { page = 1, open, type, period } = search
  const query = useEvents(device.id, search)
  const pages = useEntryPages({
    query,
    latest: query.data?.events ?? [],
    pageSize: eventsPageSize,
    open,
  })
  const elsewhere = useEvent(pages.elsewhereId)

  /** Another filter begins at its first page. */
  function refine(next: EventsSearch): void {
    const { page: _, open: __, ...others } = next
    change(others, true)
  }

  function openPage(next: number): void {
    const { page: _, open: __, ...others } = search
    change(next === 1 ? others : { ...others, page: next }, true)
  }

  function entryOf(event: DeviceEvent, isGone = false) {
    return (
      <EventEntry
        key={event.id}
        event={event}
        isOpen={event.id === open}
        isGone={isGone}
        onToggle={() => {
          const { open: present, ...others } = search
          change(present === event.id ? others : { ...others, open: event.id })
        }}
        {...(type === event.type
          ? {}
          : { onOnlyType: () => refine({ ...search, type: event.type }) })}
      />
    )
  }

  function renderEmpty() {
    return type === undefined && period === undefined ? (
      <EmptyState icon="info" title={words.empty.title}>
        {words.empty.why}
      </EmptyState>
    ) : (
      <NothingFiltered words={words.filtered} onClear={() => change({})}>
        <DeviceText>
          {`${words.filtered.why(type, period === undefined ? undefined : words.periods[period])}.`}
        </DeviceText>
      </NothingFiltered>
    )
  }

  return (
    <EntryTab>
      <h2 className="visually-hidden">{words.list}</h2>
      <FilterBar>
        <TypeFilter
          type={type}
          onChange={(next) => {
            const { type: _, ...others } = search
            refine(next === undefined ? others : { ...others, type: next })
          }}
        />
        <SingleChoice
          label={words.periodLabel}
          testId="event-period"
          choices={eventPeriods.map((value) => ({ value, label: words.periods[value] }))}
          value={period ?? 'ANY'}
          onChange={(next) => {
            const { period: _, from: __, to: ___, ...others } = search
            refine(next === 'ANY' ? others : { ...others, period: next })
          }}
        />
      </FilterBar>
      {period === 'BETWEEN' && <Bounds search={search} onChange={refine} />}
      <EntryPagesView
        pages={pages}
        label={words.list}
        readingLabel={words.reading}
        elsewhereLabel={words.elsewhere}
        testId="events"
        page={page}
        onPage={openPage}
        entryOf={entryOf}
        elsewhere={elsewhere.data}
        empty={renderEmpty}
        timeOf={({ time }) => time}
      />
    </EntryTab>
  )
}

const typingPauseMs = 400

/** The platform compares types as a whole, so it is asked when the typing pauses. */
function TypeFilter({
  type = '',
  onChange,
}: {
  readonly type: string | undefined
  readonly onChange: (type: string | undefined) => void
}) {
  const [text, setText] = useDraft({
    value: type,
    onPause: (next) => onChange(next === '' ? undefined : next),
    pauseMs: typingPauseMs,
  })
  return (
    <SearchField
      label={words.typeLabel}
      placeholder={words.typePlaceholder}
      value={text}
      onChange={setText}
      testId="event-type"
    />
  )
}

function Bounds({
  search,
  onChange,
}: {
  readonly search: EventsSearch
  readonly onChange: (search: EventsSearch) => void
}) {
  const { from, to, ...others } = search
  const isBackwards = from !== undefined && to !== undefined && from > to
  const put = (bounds: { readonly from: string | undefined; readonly to: string | undefined }) =>
    onChange({
      ...others,
      ...(bounds.from === undefined ? {} : { from: bounds.from }),
      ...(bounds.to === undefined ? {} : { to: bounds.to }),
    })
  return (
    <div className={styles.bounds}>
      <MomentField
        label={words.from}
        moment={from}
        onChange={(next) => put({ from: next, to })}
        testId="event-from"
      />
      <MomentField
        label={words.to}
        moment={to}
        onChange={(next) => put({ from, to: next })}
        problem={isBackwards ? words.backwards : undefined}
        testId="event-to"
      />
    </div>
  )
}

/** Handed on when the typing pauses: each digit of a year makes another moment. */
function MomentField({
  label,
  moment,
  onChange,
  problem,
  testId,
}: {
  readonly label: string
  readonly moment: string | undefined
  readonly onChange: (moment: string | undefined) => void
  readonly problem?: string | undefined
  readonly testId: string
}) {
  const [text, setText] = useDraft({
    value: formatLocalMinute(moment),
    onPause: (next) => onChange(parseLocalMinute(next)),
    pauseMs: typingPauseMs,
  })
  return (
    <TextField
      label={label}
      type="datetime-local"
      value={text}
      onChange={setText}
      problem={problem}
      data-testid={testId}
    />
  )
}
