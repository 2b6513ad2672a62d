import { useEffect, useRef } from 'react'
import type { DeviceTabProps } from '../device/device-tabs.tsx'
import { useTabSearch } from '../device/use-tab-search.ts'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { MultipleChoice } from '../parts/choice-chips.tsx'
import { Entries, EntryList } from '../parts/entry-list.tsx'
import { formatDay, groupByDay } from '../parts/group-by-day.ts'
import { Pager } from '../parts/pager.tsx'
import {
  EmptyState,
  ErrorState,
  ForbiddenState,
  LoadingSkeleton,
  PageBeyondEnd,
  StaleNotice,
} from '../parts/states.tsx'
import { statusWords } from '../parts/status-words.ts'
import { useClock } from '../parts/time.tsx'
import { useHeldList } from '../parts/use-held-list.ts'
import { describeMissingPermission, useIdentity, usePermissions } from '../session/permissions.ts'
import { NewOperation } from './new-operation.tsx'
import type { Operation } from './operation.ts'
import { operationStatuses, shownStatus } from './operation.ts'
import { OperationEntry } from './operation-entry.tsx'
import { describeOperation } from './operation-sentence.ts'
import { operationsPageSize, useOperation, useOperations } from './operations-data.ts'
import { parseOperationsSearch } from './operations-search.ts'
import styles from './operations-tab.module.css'
import { operationsWords as words } from './operations-words.ts'

/** What the device was asked to do, what became of it, and asking for more (console §5.5). */
export function OperationsTab({ device }: DeviceTabProps) {
  const { may } = usePermissions()
  const { userName } = useIdentity()
  if (!may('ROLE_DEVICE_CONTROL_READ') && device.owner !== userName) {
    return <ForbiddenState explanation={describeMissingPermission(['ROLE_DEVICE_CONTROL_READ'])} />
  }
  return <Operations key={device.id} device={device} />
}

function Operations({ device }: DeviceTabProps) {
  const { search, change } = useTabSearch(parseOperationsSearch)
  const { status = [], page = 1, open } = search
  const query = useOperations(device.id, search)
  const frame = useRef<HTMLElement>(null)
  const latest = query.data?.operations ?? []
  const list = useHeldList({
    latest,
    updatedAt: query.dataUpdatedAt,
    scope: query.data?.scope ?? '',
    idOf: ({ id }) => id,
    isFull: latest.length === operationsPageSize,
    frame,
  })
  const isOpenElsewhere =
    query.data !== undefined &&
    open !== undefined &&
    ![...list.entries.map(({ item }) => item), ...latest].some(({ id }) => id === open)
  const elsewhere = useOperation(isOpenElsewhere ? open : undefined)
  const today = useClock((now) => new Date(now).setHours(0, 0, 0, 0))
  useStatusNews(latest)

  function toggle(id: string): void {
    const { open: present, ...others } = search
    change(present === id ? others : { ...others, open: id })
  }

  function onCreated(operation: Operation): void {
    list.showNext()
    const { page: _, status: filter, ...others } = search
    const isShown = filter?.includes('PENDING') === true
    change({ ...others, ...(isShown ? { status: filter } : {}), open: operation.id })
  }

  function openPage(next: number): void {
    const { page: _, open: __, ...others } = search
    change(next === 1 ? others : { ...others, page: next }, true)
  }

  function entryOf(operation: Operation, isGone = false) {
    return (
      <OperationEntry
        key={operation.id}
        operation={operation}
        device={device}
        isOpen={operation.id === open}
        isGone={isGone}
        onToggle={() => toggle(operation.id)}
        onCreated={onCreated}
      />
    )
  }

  function renderList() {
    if (query.data === undefined) {
      return query.error === null ? (
        <LoadingSkeleton rows={6} label={words.reading} />
      ) : (
        <ErrorState failure={query.error} onRetry={() => void query.refetch()} />
      )
    }
    if (list.entries.length === 0) {
      if (page > 1) return <PageBeyondEnd onFirst={() => openPage(1)} />
      return status.length === 0 ? (
        <EmptyState icon="terminal" title={words.empty.title}>
          {words.empty.why}
        </EmptyState>
      ) : (
        <EmptyState
          icon="search"
          title={words.filtered.title}
          action={
            <Button onPress={() => change({})} data-testid="clear-filters">
              {words.filtered.clear}
            </Button>
          }
        >
          {words.filtered.why(status.map((each) => statusWords.operation[each].word))}
        </EmptyState>
      )
    }
    const days = groupByDay(list.entries, ({ item }) => item.creationTime)
    return days.map(({ startsAt, items }) => (
      <section key={startsAt} className={styles.day}>
        <h3 className={styles.date}>{formatDay(startsAt, today)}</h3>
        <Entries>{items.map(({ item, isGone }) => entryOf(item, isGone))}</Entries>
      </section>
    ))
  }

  return (
    <div className={styles.tab}>
      <NewOperation
        device={device}
        composed={search.compose}
        onCompose={(compose) => {
          const { compose: _, ...others } = search
          change(compose === undefined ? others : { ...others, compose })
        }}
        onCreated={onCreated}
      />
      <div className={styles.bar}>
        <h2 className={styles.title}>{words.timeline}</h2>
        <MultipleChoice
          label={words.filterLabel}
          testId="operation-status"
          choices={operationStatuses.map((value) => ({
            value,
            label: statusWords.operation[value].word,
          }))}
          values={status}
          onChange={(next) => {
            const { status: _, page: __, ...others } = search
            change(next.length === 0 ? others : { ...others, status: next }, true)
          }}
        />
      </div>
      {query.error !== null && query.data !== undefined && (
        <StaleNotice
          failure={query.error}
          asOf={query.dataUpdatedAt}
          onRetry={() => void query.refetch()}
        />
      )}
      {elsewhere.data !== undefined && isOpenElsewhere && (
        <section className={styles.day} aria-label={words.elsewhere}>
          <h3 className={styles.date}>{words.elsewhere}</h3>
          <Entries>{entryOf(elsewhere.data)}</Entries>
        </section>
      )}
      <EntryList
        label={words.timeline}
        frame={frame}
        waiting={list.waiting}
        onShowWaiting={list.showAll}
        isBusy={query.isPlaceholderData}
        testId="operations"
      >
        {renderList()}
      </EntryList>
      <Pager
        page={page}
        pageSize={operationsPageSize}
        items={latest.length}
        total={query.data?.total}
        onPage={openPage}
      />
    </div>
  )
}

/** Says politely what has become of the operations of the list since it was read last. */
function useStatusNews(latest: readonly Operation[]): void {
  const before = useRef<ReadonlyMap<string, Operation>>(new Map())
  useEffect(() => {
    for (const operation of latest) {
      const past = before.current.get(operation.id)
      if (past === undefined || past.status === operation.status) continue
      announce(
        words.news(
          describeOperation(operation),
          statusWords.operation[shownStatus(operation)].word,
        ),
      )
    }
    before.current = new Map(latest.map((operation) => [operation.id, operation]))
  }, [latest])
}
