import { useMemo, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree'
import { CopyButton } from '../../parts/copy-button.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import { SearchField } from '../../parts/search-field.tsx'
import { Icon } from '../../visual/icon.tsx'
import type { DeviceTabProps } from '../device-tabs.tsx'
import styles from './all-properties.module.css'
import { Card } from './card.tsx'
import type { PropertyNode } from './property-tree.ts'
import { listProperties, membersMax, searchProperties } from './property-tree.ts'

/** Links of the platform, not properties of the device. */
const linkMembers: ReadonlySet<string> = new Set([
  'self',
  'childDevices',
  'childAssets',
  'childAdditions',
  'deviceParents',
  'assetParents',
  'additionParents',
])

/** Everything that the device carries, also what no page knows (console §5.1). */
export function AllProperties({ device }: DeviceTabProps) {
  const [words, setWords] = useState('')
  const document = useMemo(
    () => Object.fromEntries(Object.entries(device).filter(([name]) => !linkMembers.has(name))),
    [device],
  )
  return (
    <Card
      title="All properties"
      testId="all-properties"
      action={
        <CopyButton isSmall label="Copy JSON" text={() => JSON.stringify(document, undefined, 2)} />
      }
    >
      <div className={styles.search}>
        <SearchField
          label="Search properties"
          placeholder="Path or value"
          value={words}
          onChange={setWords}
          testId="property-search"
        />
      </div>
      {words.trim() === '' ? (
        <PropertyTree document={document} />
      ) : (
        <Matches document={document} words={words.trim()} />
      )}
    </Card>
  )
}

interface DocumentProps {
  readonly document: Readonly<Record<string, unknown>>
}

function PropertyTree({ document }: DocumentProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const nodes = useMemo(() => listProperties(document, open), [document, open])
  return (
    <Tree
      className={styles.tree ?? ''}
      aria-label="Properties"
      expandedKeys={[...open]}
      onExpandedChange={(keys) => setOpen(new Set([...keys].map(String)))}
      onAction={(key) => setOpen((present) => toggled(present, String(key)))}
    >
      {nodes.map(renderNode)}
      {Object.keys(document).length > nodes.length && (
        <MoreItem path="" size={Object.keys(document).length} />
      )}
    </Tree>
  )
}

function toggled(open: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const others = new Set(open)
  return others.delete(path) ? others : others.add(path)
}

function renderNode(node: PropertyNode) {
  const { path, name, value, size, members } = node
  return (
    <TreeItem
      key={path}
      id={path}
      className={styles.item ?? ''}
      textValue={value === undefined ? name : `${name} ${value}`}
      hasChildItems={size > 0}
    >
      <TreeItemContent>
        {({ level, isExpanded, hasChildItems }) => (
          <div className={styles.line} style={{ paddingInlineStart: `${(level - 1) * 1.25}rem` }}>
            {hasChildItems ? (
              <AriaButton slot="chevron" className={styles.chevron ?? ''}>
                <Icon name={isExpanded ? 'chevronDown' : 'chevronRight'} />
              </AriaButton>
            ) : (
              <span className={styles.leaf} />
            )}
            <span className={styles.name}>
              <DeviceText isCode>{name}</DeviceText>
            </span>
            <span className={value === undefined ? styles.size : styles.value}>
              {value === undefined ? (
                `${size.toLocaleString()} ${size === 1 ? 'member' : 'members'}`
              ) : (
                <DeviceText>{value}</DeviceText>
              )}
            </span>
            <CopyButton isSmall isIconOnly label={`Copy path ${path}`} text={() => path} />
          </div>
        )}
      </TreeItemContent>
      {members.map(renderNode)}
      {members.length > 0 && size > members.length && <MoreItem path={path} size={size} />}
    </TreeItem>
  )
}

function MoreItem({ path, size }: { readonly path: string; readonly size: number }) {
  const words = `And ${(size - membersMax).toLocaleString()} more, which the search finds.`
  return (
    <TreeItem id={`more of ${path}`} className={styles.item ?? ''} textValue={words}>
      <TreeItemContent>
        {({ level }) => (
          <div className={styles.line} style={{ paddingInlineStart: `${(level - 1) * 1.25}rem` }}>
            <span className={styles.leaf} />
            <span className={styles.size}>{words}</span>
          </div>
        )}
      </TreeItemContent>
    </TreeItem>
  )
}

function Matches({ document, words }: DocumentProps & { readonly words: string }) {
  const { matches, hasMore } = useMemo(() => searchProperties(document, words), [document, words])
  if (matches.length === 0) {
    return (
      <p className={styles.none} role="status">
        {hasMore
          ? 'Nothing was found in the part of the device that was searched: it is too large.'
          : 'No path and no value contains that.'}
      </p>
    )
  }
  return (
    <>
      <ul className={styles.tree} aria-label="Properties found">
        {matches.map(({ path, value }) => (
          <li key={path} className={styles.match}>
            <span className={styles.name}>
              <DeviceText isCode>{path}</DeviceText>
            </span>
            <span className={styles.value}>
              <DeviceText>{value}</DeviceText>
            </span>
            <CopyButton isSmall isIconOnly label={`Copy path ${path}`} text={() => path} />
          </li>
        ))}
      </ul>
      {hasMore && <p className={styles.none}>There are more; type more to narrow it down.</p>}
    </>
  )
}
