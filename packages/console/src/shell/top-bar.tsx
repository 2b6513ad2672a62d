import { Link } from '@tanstack/react-router'
import { Button } from '../parts/button.tsx'
import { Menu, MenuChoice, MenuItem } from '../parts/menu.tsx'
import { useObservable } from '../platform/observable.ts'
import { usePlatform } from '../platform/platform.ts'
import { useIdentity } from '../session/permissions.ts'
import { appearance, changeAppearance } from '../visual/appearance.ts'
import { LiveIndicator } from './live-indicator.tsx'
import { Mark } from './mark.tsx'
import styles from './top-bar.module.css'

export interface TopBarProps {
  readonly onOpenNavigation: () => void
  readonly onOpenShortcuts: () => void
}

export function TopBar({ onOpenNavigation, onOpenShortcuts }: TopBarProps) {
  const { tenantId } = useIdentity()
  return (
    <header className={styles.bar}>
      <div className={styles.menuButton}>
        <Button
          look="quiet"
          icon="menu"
          isIconOnly
          aria-label="Open navigation"
          onPress={onOpenNavigation}
          data-testid="open-navigation"
        />
      </div>
      <Link to="/" className={styles.product ?? ''} aria-label="Pileus">
        <Mark />
        <span>Pileus</span>
      </Link>
      <span className={styles.tenant} data-testid="tenant">
        <span className="visually-hidden">Tenant </span>
        {tenantId}
      </span>
      <span className={styles.space} />
      <LiveIndicator />
      <Button
        look="quiet"
        icon="help"
        isIconOnly
        aria-label="Help: keyboard shortcuts"
        onPress={onOpenShortcuts}
        data-testid="help"
      />
      <UserMenu />
    </header>
  )
}

function UserMenu() {
  const { session } = usePlatform()
  const { userName, displayName } = useIdentity()
  const { theme, density, hasShortcuts } = useObservable(appearance)
  return (
    <Menu
      label={`${displayName}: appearance and session`}
      button={
        <Button
          look="quiet"
          icon="user"
          aria-label={`User menu of ${userName}`}
          data-testid="user-menu"
        >
          <span className={styles.userName}>{displayName}</span>
        </Button>
      }
    >
      <MenuChoice
        title="Theme"
        value={theme}
        choices={[
          { value: 'system', label: 'Same as the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
        onChange={(value) => changeAppearance({ theme: value })}
      />
      <MenuChoice
        title="Density"
        value={density}
        choices={[
          { value: 'comfortable', label: 'Comfortable' },
          { value: 'compact', label: 'Compact' },
        ]}
        onChange={(value) => changeAppearance({ density: value })}
      />
      <MenuChoice
        title="Single-key shortcuts"
        value={hasShortcuts ? 'keysOn' : 'keysOff'}
        choices={[
          { value: 'keysOn', label: 'On' },
          { value: 'keysOff', label: 'Off' },
        ]}
        onChange={(value) => changeAppearance({ hasShortcuts: value === 'keysOn' })}
      />
      <MenuItem id="sign-out" onAction={session.signOut} data-testid="sign-out">
        Sign out
      </MenuItem>
    </Menu>
  )
}
