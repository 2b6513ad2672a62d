import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import styles from './tabs.module.css'

export interface TabRow {
  readonly id: string
  readonly label: string
  readonly icon?: IconName
  /** Beside the label, as a count. */
  readonly badge?: ReactNode
  readonly content: () => ReactNode
}

export interface TabsProps {
  readonly label: string
  readonly tabs: readonly TabRow[]
  readonly selected: string
  /** Arrow keys only move the focus, Enter opens: for tabs whose content is costly (console §5). */
  readonly isManual?: boolean
  readonly onSelect: (id: string) => void
}

export function Tabs({ label, tabs, selected, isManual = false, onSelect }: TabsProps) {
  return (
    <AriaTabs
      className={styles.tabs ?? ''}
      selectedKey={selected}
      keyboardActivation={isManual ? 'manual' : 'automatic'}
      onSelectionChange={(key) => onSelect(String(key))}
    >
      <TabList className={styles.list ?? ''} aria-label={label}>
        {tabs.map(({ id, label: name, icon, badge }) => (
          <Tab key={id} id={id} className={styles.tab ?? ''} data-testid={`tab-${id}`}>
            {icon !== undefined && <Icon name={icon} />}
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
