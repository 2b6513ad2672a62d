import type { ReactNode } from 'react'
import type { SortDescriptor } from 'react-aria-components/Table'
import {
  Column as AriaColumn,
  Row as AriaRow,
  Cell,
  Table,
  TableBody,
  TableHeader,
} from 'react-aria-components/Table'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './data-table.module.css'

export interface DataColumn<Item> {
  readonly id: string
  readonly header: string
  readonly isHeaderHidden?: boolean
  readonly cell: (item: Item) => ReactNode
  /** Names the row; exactly one column does. */
  readonly isRowHeader?: boolean
  readonly isSortable?: boolean
  readonly alignsEnd?: boolean
  /** Stays at the end of the visible part of a table that is wider than the page. */
  readonly isPinned?: boolean
  /** Whether narrow screens show it; else the first three columns are (console §7.1). */
  readonly showsInCard?: boolean
}

export interface DataTableProps<Item> {
  readonly label: string
  readonly columns: readonly DataColumn<Item>[]
  readonly items: readonly Item[]
  readonly idOf: (item: Item) => string
  /** Words for the row, for type-ahead and assistive technology. */
  readonly textOf: (item: Item) => string
  /** Enter, or a press on the row. */
  readonly onOpen?: (item: Item) => void
  readonly sort?: SortDescriptor | undefined
  readonly onSort?: (sort: SortDescriptor) => void
  /** Below the row over its whole width, for the items whose ids are in `expanded`. */
  readonly details?: (item: Item) => ReactNode
  readonly expanded?: ReadonlySet<string>
  readonly empty: ReactNode
  readonly testId: string
}

type Line<Item> =
  | { readonly kind: 'item'; readonly id: string; readonly item: Item }
  | { readonly kind: 'details'; readonly id: string; readonly item: Item }

const noneExpanded: ReadonlySet<string> = new Set()

/**
 * A grid with one tab stop and arrow keys (console §3.2). Below 768 px each row is a card with the
 * names of its columns.
 */
export function DataTable<Item>({
  label,
  columns,
  items,
  idOf,
  textOf,
  onOpen,
  sort,
  onSort,
  details,
  expanded = noneExpanded,
  empty,
  testId,
}: DataTableProps<Item>) {
  const lines = items.flatMap((item): readonly Line<Item>[] => {
    const id = idOf(item)
    const line = { kind: 'item', id, item } as const
    if (!expanded.has(id)) return [line]
    return [line, { kind: 'details', id: detailsId(id), item }]
  })
  const byId = new Map(lines.map((line) => [line.id, line.item]))
  return (
    <div className={styles.frame}>
      <Table
        className={styles.table ?? ''}
        aria-label={label}
        data-testid={testId}
        {...(sort === undefined ? {} : { sortDescriptor: sort })}
        {...(onSort === undefined ? {} : { onSortChange: onSort })}
        {...(onOpen === undefined
          ? {}
          : {
              onRowAction: (key) => {
                const item = byId.get(String(key))
                if (item !== undefined) onOpen(item)
              },
            })}
      >
        <TableHeader className={styles.header ?? ''}>
          {columns.map((column) => (
            <AriaColumn
              key={column.id}
              id={column.id}
              className={classes(
                styles.column,
                column.alignsEnd === true && styles.end,
                column.isPinned === true && styles.pinned,
              )}
              isRowHeader={column.isRowHeader === true}
              allowsSorting={column.isSortable === true}
              textValue={column.header}
            >
              {({ sortDirection }) => (
                <span className={column.isHeaderHidden === true ? 'visually-hidden' : styles.name}>
                  {column.header}
                  {sortDirection !== undefined && (
                    <Icon name={sortDirection === 'ascending' ? 'sortUp' : 'sortDown'} />
                  )}
                </span>
              )}
            </AriaColumn>
          ))}
        </TableHeader>
        <TableBody className={styles.body ?? ''} renderEmptyState={() => empty}>
          {lines.map((line) =>
            line.kind === 'item' ? (
              <AriaRow
                key={line.id}
                id={line.id}
                className={classes(styles.row, onOpen !== undefined && styles.opens)}
                textValue={textOf(line.item)}
                data-row={line.id}
              >
                {columns.map((column, index) => (
                  <Cell
                    key={column.id}
                    className={classes(
                      styles.cell,
                      column.alignsEnd === true && styles.end,
                      column.isPinned === true && styles.pinned,
                      column.isRowHeader === true && styles.title,
                      !(column.showsInCard ?? index < 3) && styles.wideOnly,
                    )}
                  >
                    {column.isHeaderHidden !== true && column.isRowHeader !== true && (
                      <span className={styles.label} aria-hidden="true">
                        {column.header}
                      </span>
                    )}
                    {column.cell(line.item)}
                  </Cell>
                ))}
              </AriaRow>
            ) : (
              <AriaRow
                key={line.id}
                id={line.id}
                className={styles.details ?? ''}
                textValue={`Details of ${textOf(line.item)}`}
              >
                <Cell colSpan={columns.length} className={styles.detailsCell ?? ''}>
                  {details?.(line.item)}
                </Cell>
              </AriaRow>
            ),
          )}
        </TableBody>
      </Table>
    </div>
  )
}

/** A key that no id of an item is: ids of devices have no white space. */
function detailsId(id: string): string {
  return `details of ${id}`
}
