import { Link } from '@tanstack/react-router'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from '../parts/button.tsx'
import { useIdentity } from '../session/permissions.ts'
import { changeAppearance } from '../visual/appearance.ts'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import { visibleNavigation } from './navigation.ts'
import styles from './navigation-list.module.css'

export interface NavigationListProps {
  /** Icons alone, with the labels as their names. */
  readonly isNarrow?: boolean
  /** Shown in a drawer, which closes once a page is chosen. */
  readonly onChoose?: () => void
}

export function NavigationList({ isNarrow = false, onChoose }: NavigationListProps) {
  const { permissions } = useIdentity()
  return (
    <nav className={classes(styles.navigation, isNarrow && styles.narrow)} aria-label="Main">
      {visibleNavigation(permissions).map(({ title, entries }) => (
        <section key={title} aria-label={title}>
          <h2 className={isNarrow ? 'visually-hidden' : styles.title}>{title}</h2>
          <ul>
            {entries.map(({ to, label, icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  className={styles.entry ?? ''}
                  activeProps={{ 'aria-current': 'page' }}
                  {...(isNarrow ? { 'aria-label': label, title: label } : {})}
                  {...(onChoose === undefined ? {} : { onClick: onChoose })}
                  data-testid={`nav-${label.toLowerCase()}`}
                >
                  <Icon name={icon} />
                  {!isNarrow && label}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {onChoose === undefined && (
        <div className={styles.collapse}>
          <Button
            look="quiet"
            icon={isNarrow ? 'chevronRight' : 'chevronLeft'}
            isIconOnly={isNarrow}
            aria-label={isNarrow ? 'Widen navigation' : 'Narrow navigation'}
            onPress={() => changeAppearance({ hasNarrowNavigation: !isNarrow })}
            data-testid="navigation-width"
          >
            Narrow navigation
          </Button>
        </div>
      )}
    </nav>
  )
}

/** The navigation on narrow screens, over the page. */
export function NavigationDrawer({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean
  readonly onClose: () => void
}) {
  return (
    <ModalOverlay
      className={styles.backdrop ?? ''}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      isDismissable
    >
      <Modal className={styles.drawer ?? ''}>
        <Dialog className={styles.drawerDialog ?? ''} aria-label="Navigation">
          <div className={styles.drawerHead}>
            <span className={styles.product}>Pileus</span>
            <Button
              look="quiet"
              icon="close"
              isIconOnly
              aria-label="Close navigation"
              onPress={onClose}
            />
          </div>
          <NavigationList onChoose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
