import { useEffect, useRef } from 'react'
import type { DeviceTabProps } from '../device/device-tabs.tsx'
import {
  EntryPagesView,
  EntryTab,
  FilterBar,
  NothingFiltered,
  useEntryPages,
} from '../device/entry-pages.tsx'
import { useTabSearch } from '../device/use-tab-search.ts'
import { announce } from '../parts/announcer.ts'
import { MultipleChoice } from '../parts/choice-chips.tsx'
import { EmptyState, ForbiddenState } from '../parts/states.tsx'
import { statusWords } from '../parts/status-words.ts'
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
  const latest = query.data?.operations ?? []
  const pages = useEntryPages({ query, latest, pageSize: operationsPageSize, open })
  const elsewhere = useOperation(pages.elsewhereId)
  useStatusNews(latest)

  function toggle(id: string): void {
    const { open: present, ...others } = search
    change(present === id ? others : { ...others, open: id })
  }

  function onCreated(operation: Operation): void {
    pages.list.showNext()
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

  function renderEmpty() {
    return status.length === 0 ? (
      <EmptyState icon="terminal" title={words.empty.title}>
        {words.empty.why}
      </EmptyState>
    ) : (
      <NothingFiltered words={words.filtered} onClear={() => change({})}>
        {words.filtered.why(status.map((each) => statusWords.operation[each].word))}
      </NothingFiltered>
    )
  }

  return (
    <EntryTab>
      <NewOperation
        device={device}
        composed={search.compose}
        onCompose={(compose) => {
          const { compose: _, ...others } = search
          change(compose === undefined ? others : { ...others, compose })
        }}
        onCreated={onCreated}
      />
      <FilterBar>
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
      </FilterBar>
      <EntryPagesView
        pages={pages}
        label={words.timeline}
        readingLabel={words.reading}
        elsewhereLabel={words.elsewhere}
        testId="operations"
        page={page}
        onPage={openPage}
        entryOf={entryOf}
        elsewhere={elsewhere.data}
        empty={renderEmpty}
        timeOf={({ creationTime }) => creationTime}
      />
    </EntryTab>
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
