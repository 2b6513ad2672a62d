import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { FailureNotice } from '../../parts/confirm-dialog.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import { deviceName } from '../device-name.ts'
import { describeChildren } from '../device-words.ts'
import styles from './branch.module.css'
import { childrenPageSize, useChildDevices } from './children-data.ts'

export interface BranchProps {
  readonly id: string
  /** The ids from the page down to this one. */
  readonly path: readonly string[]
  readonly label: string
}

/** Deeper ones are reached by opening the device. */
const depthMax = 8

/** The children of one device, read when somebody opens them; each of them can be opened too. */
export function Branch({ id, path, label }: BranchProps) {
  const { data, error } = useChildDevices(id, 1)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  if (data === undefined) {
    return (
      <div className={styles.words}>
        {error === null ? 'Reading …' : <FailureNotice failure={error} />}
      </div>
    )
  }
  const toggle = (childId: string): void => {
    const others = new Set(open)
    setOpen(others.delete(childId) ? others : others.add(childId))
  }
  const total = data.total ?? data.children.length
  return (
    <ul className={styles.branch} aria-label={`Below ${label}`}>
      {data.children.map((child) => {
        const name = deviceName(child)
        const count = child.childDevices.count ?? 0
        // A device may be its own descendant.
        const canOpen = count > 0 && path.length < depthMax && !path.includes(child.id)
        return (
          <li key={child.id}>
            <div className={styles.line}>
              <Link to="/devices/$id/{-$tab}" params={{ id: child.id }}>
                <DeviceText linesMax={1}>{name}</DeviceText>
              </Link>
              <span className={styles.type}>
                <DeviceText linesMax={1}>{child.type ?? ''}</DeviceText>
              </span>
              {canOpen && (
                <Button
                  look="quiet"
                  isSmall
                  icon={open.has(child.id) ? 'chevronDown' : 'chevronRight'}
                  aria-expanded={open.has(child.id)}
                  onPress={() => toggle(child.id)}
                >
                  {describeChildren(count)}
                </Button>
              )}
            </div>
            {open.has(child.id) && <Branch id={child.id} path={[...path, child.id]} label={name} />}
          </li>
        )
      })}
      {total > childrenPageSize && (
        <li className={styles.words}>
          <Link to="/devices/$id/{-$tab}" params={{ id, tab: 'children' }}>
            All {total.toLocaleString()} of them
          </Link>
        </li>
      )}
    </ul>
  )
}
