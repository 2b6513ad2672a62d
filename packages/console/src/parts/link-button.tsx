import { Link } from '@tanstack/react-router'
import type { NavigationEntry } from '../shell/navigation.ts'
import { classes } from '../visual/classes.ts'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import styles from './button.module.css'

export interface LinkButtonProps {
  readonly to: NavigationEntry['to']
  readonly look?: 'primary' | 'secondary'
  readonly icon?: IconName
  readonly children: string
}

/** A link to another page that looks like a button, since it is the thing to do here. */
export function LinkButton({ to, look = 'secondary', icon, children }: LinkButtonProps) {
  return (
    <Link to={to} className={classes(styles.button, styles[look], styles.link)}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Link>
  )
}
