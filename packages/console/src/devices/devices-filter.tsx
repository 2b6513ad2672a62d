import { useNavigate } from '@tanstack/react-router'
import { MultipleChoice } from '../parts/choice-chips.tsx'
import { DeviceText } from '../parts/device-text.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './devices-filter.module.css'
import type { DevicesSearch } from './devices-search.ts'

export interface DevicesFilterProps {
  readonly search: DevicesSearch
  /** Of the devices that are shown. */
  readonly types: readonly string[]
}

/** A search begins when typing has stopped for this time. */
const typingPauseMs = 200
/** Further types of the page are reached by the search. */
const typeChipsMax = 6

export function DevicesFilter({ search, types }: DevicesFilterProps) {
  const { q, type } = search
  const navigate = useNavigate()
  const [text, setText] = useDraft({
    value: q ?? '',
    onPause: (wanted) =>
      void navigate({ to: '/devices', search: wanted === '' ? {} : { q: wanted }, replace: true }),
    pauseMs: typingPauseMs,
  })

  const distinct = [...new Set(types)].sort().slice(0, typeChipsMax)
  const chips = type === undefined ? distinct : [type]
  return (
    <div className={styles.filter} role="search" aria-label="Devices">
      <div className={styles.search}>
        <SearchField
          label="Search devices"
          placeholder="Name, type, external id or id"
          value={text}
          onChange={setText}
          testId="device-search"
        />
      </div>
      {q === undefined && (type !== undefined || chips.length > 1) && (
        <MultipleChoice
          label="Types on this page"
          testId="type-filter"
          choices={chips.map((each) => ({
            value: each,
            label: (
              <span className={styles.type}>
                <DeviceText linesMax={1}>{each}</DeviceText>
                {each === type && <Icon name="close" />}
              </span>
            ),
          }))}
          values={type === undefined ? [] : [type]}
          onChange={([chosen]) =>
            void navigate({ to: '/devices', search: chosen === undefined ? {} : { type: chosen } })
          }
        />
      )}
    </div>
  )
}
