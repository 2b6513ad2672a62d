import type { ReactNode, RefObject } from 'react'
import { useRef } from 'react'
import { Button } from '../parts/button.tsx'
import { Entries, EntryList } from '../parts/entry-list.tsx'
import { formatDay, groupByDay } from '../parts/group-by-day.ts'
import { Pager } from '../parts/pager.tsx'
import {
  EmptyState,
  ErrorState,
  LoadingSkeleton,
  PageBeyondEnd,
  StaleNotice,
} from '../parts/states.tsx'
import { useClock } from '../parts/time.tsx'
import type { LiveList } from '../parts/use-held-list.ts'
import { useHeldList } from '../parts/use-held-list.ts'
import styles from './entry-pages.module.css'

interface Identified {
  readonly id: string
}

/** What the pages need to know of the reading. */
interface Reading {
  readonly data: { readonly scope: string; readonly total?: number | undefined } | undefined
  readonly error: Error | null
  readonly dataUpdatedAt: number
  readonly isPlaceholderData: boolean
  readonly refetch: () => Promise<unknown>
}

export interface EntryPages<Item> {
  readonly query: Reading
  readonly latest: readonly Item[]
  readonly list: LiveList<Item>
  readonly frame: RefObject<HTMLElement | null>
  readonly pageSize: number
  /** The entry that the address opens, where the list does not have it. */
  readonly elsewhereId: string | undefined
}

/** One page of a list that is read again and again, in the order in which it is shown. */
export function useEntryPages<Item extends Identified>({
  query,
  latest,
  pageSize,
  open,
}: {
  readonly query: Reading
  readonly latest: readonly Item[]
  readonly pageSize: number
  /** Id of the entry that is open. */
  readonly open: string | undefined
}): EntryPages<Item> {
  const frame = useRef<HTMLElement>(null)
  const list = useHeldList({
    latest,
    updatedAt: query.dataUpdatedAt,
    scope: query.data?.scope ?? '',
    idOf: ({ id }) => id,
    isFull: latest.length === pageSize,
    frame,
  })
  const isListed = [...list.entries.map(({ item }) => item), ...latest].some(
    ({ id }) => id === open,
  )
  const elsewhereId = query.data === undefined || isListed ? undefined : open
  return { query, latest, list, frame, pageSize, elsewhereId }
}

export interface EntryPagesViewProps<Item> {
  readonly pages: EntryPages<Item>
  readonly label: string
  readonly readingLabel: string
  readonly elsewhereLabel: string
  readonly testId: string
  readonly page: number
  readonly onPage: (page: number) => void
  readonly entryOf: (item: Item, isGone?: boolean) => ReactNode
  /** The entry behind `elsewhereId`, once it has been read. */
  readonly elsewhere: Item | undefined
  /** Where a first page has no entries. */
  readonly empty: () => ReactNode
  /** Groups the entries by day; without it they are told in their order. */
  readonly timeOf?: (item: Item) => string
}

/** The states of such a page, its entries, and the way to the others (console §3.4). */
export function EntryPagesView<Item extends Identified>({
  pages: { query, latest, list, frame, pageSize, elsewhereId },
  label,
  readingLabel,
  elsewhereLabel,
  testId,
  page,
  onPage,
  entryOf,
  elsewhere,
  empty,
  timeOf,
}: EntryPagesViewProps<Item>) {
  const today = useClock((now) => new Date(now).setHours(0, 0, 0, 0))
  const onRetry = (): void => void query.refetch()

  function renderList(): ReactNode {
    if (query.data === undefined) {
      return query.error === null ? (
        <LoadingSkeleton rows={6} label={readingLabel} />
      ) : (
        <ErrorState failure={query.error} onRetry={onRetry} />
      )
    }
    if (list.entries.length === 0) {
      return page > 1 ? <PageBeyondEnd onFirst={() => onPage(1)} /> : empty()
    }
    if (timeOf === undefined) {
      return <Entries>{list.entries.map(({ item, isGone }) => entryOf(item, isGone))}</Entries>
    }
    return groupByDay(list.entries, ({ item }) => timeOf(item)).map(({ startsAt, items }) => (
      <section key={startsAt} className={styles.group}>
        <h3 className={styles.heading}>{formatDay(startsAt, today)}</h3>
        <Entries>{items.map(({ item, isGone }) => entryOf(item, isGone))}</Entries>
      </section>
    ))
  }

  return (
    <>
      {query.error !== null && query.data !== undefined && (
        <StaleNotice failure={query.error} asOf={query.dataUpdatedAt} onRetry={onRetry} />
      )}
      {elsewhere !== undefined && elsewhereId !== undefined && (
        <section className={styles.group} aria-label={elsewhereLabel}>
          <h3 className={styles.heading}>{elsewhereLabel}</h3>
          <Entries>{entryOf(elsewhere)}</Entries>
        </section>
      )}
      <EntryList
        label={label}
        frame={frame}
        waiting={list.waiting}
        onShowWaiting={list.showAll}
        isBusy={query.isPlaceholderData}
        testId={testId}
      >
        {renderList()}
      </EntryList>
      <Pager
        page={page}
        pageSize={pageSize}
        items={latest.length}
        total={query.data?.total}
        onPage={onPage}
      />
    </>
  )
}

/** Nothing is there that the filters let through. */
export function NothingFiltered({
  words,
  onClear,
  children,
}: {
  readonly words: { readonly title: string; readonly clear: string }
  readonly onClear: () => void
  readonly children: ReactNode
}) {
  return (
    <EmptyState
      icon="search"
      title={words.title}
      action={
        <Button onPress={onClear} data-testid="clear-filters">
          {words.clear}
        </Button>
      }
    >
      {children}
    </EmptyState>
  )
}

/** The whole tab: filters above, the list below. */
export function EntryTab({ children }: { readonly children: ReactNode }) {
  return <div className={styles.tab}>{children}</div>
}

/** What filters the list, in one line where there is room. */
export function FilterBar({ children }: { readonly children: ReactNode }) {
  return <div className={styles.bar}>{children}</div>
}
