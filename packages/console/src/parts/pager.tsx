import { Icon } from '../visual/icon.tsx'
import { Button } from './button.tsx'
import styles from './pager.module.css'

export interface PagerProps {
  /** From 1. */
  readonly page: number
  readonly pageSize: number
  /** How many items this page has. */
  readonly items: number
  readonly total?: number | undefined
  readonly onPage: (page: number) => void
}

/** Which part of a list is shown, and the way to the next one; nothing where there is nothing. */
export function Pager({ page, pageSize, items, total, onPage }: PagerProps) {
  if (items === 0) return null
  const first = (page - 1) * pageSize + 1
  const last = first + items - 1
  const hasNext = total === undefined ? items === pageSize : last < total
  return (
    <nav className={styles.pager} aria-label="Pages">
      <span className={styles.words} data-testid="pager-range">
        {first}–{last}
        {total !== undefined && ` of ${total.toLocaleString()}`}
      </span>
      {(page > 1 || hasNext) && (
        <>
          <Button
            isSmall
            icon="chevronLeft"
            isDisabled={page <= 1}
            onPress={() => onPage(page - 1)}
            data-testid="page-previous"
          >
            Previous
          </Button>
          <Button
            isSmall
            isDisabled={!hasNext}
            onPress={() => onPage(page + 1)}
            data-testid="page-next"
          >
            Next
            <Icon name="chevronRight" />
          </Button>
        </>
      )}
    </nav>
  )
}
