import styles from './document-view.module.css'
import { FragmentTable } from './fragment-table.tsx'
import { JsonView } from './json-view.tsx'

export interface DocumentViewProps {
  /** The values to show as a table; nothing else where there are none. */
  readonly fragments: Readonly<Record<string, unknown>>
  /** All of it, to unfold. */
  readonly document: Readonly<Record<string, unknown>>
}

/** What a document says beyond what every document of its kind has, and the whole as JSON. */
export function DocumentView({ fragments, document }: DocumentViewProps) {
  return (
    <>
      {Object.keys(fragments).length > 0 && (
        <section className={styles.fragments}>
          <p className={styles.title}>Fragments</p>
          <FragmentTable label="Fragments" fragments={fragments} />
        </section>
      )}
      <details className={styles.json}>
        <summary data-testid="show-json">JSON</summary>
        <JsonView label="JSON" value={document} />
      </details>
    </>
  )
}
