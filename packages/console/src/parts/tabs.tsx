import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs'
import styles from './tabs.module.css'

export interface TabRow {
  readonly id: string
  readonly label: string
  /** Beside the label, as a count. */
  readonly badge?: ReactNode
  readonly content: () => ReactNode
}

export interface TabsProps {
  readonly label: string
  readonly tabs: readonly TabRow[]
  readonly selected: string
  readonly onSelect: (id: string) => void
}

export function Tabs({ label, tabs, selected, onSelect }: TabsProps) {
  return (
    <AriaTabs
      className={styles.tabs ?? ''}
      selectedKey={selected}
      onSelectionChange={(key) => onSelect(String(key))}
    >
      <TabList className={styles.list ?? ''} aria-label={label}>
        {tabs.map(({ id, label: name, badge }) => (
          <Tab key={id} id={id} className={styles.tab ?? ''} data-testid={`tab-${id}`}>
            {name}
            {badge !== undefined && <span className={styles.badge}>{badge}</span>}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className={styles.panel ?? ''}>
          {content()}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
