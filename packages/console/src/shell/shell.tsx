import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { announcement, urgentAnnouncement } from '../parts/announcer.ts'
import { watchFocus } from '../parts/keep-focus.ts'
import { Toasts } from '../parts/toasts.tsx'
import { buildObservable, useObservable } from '../platform/observable.ts'
import { usePlatform } from '../platform/platform.ts'
import { useIdentity } from '../session/permissions.ts'
import { SignInOverlay } from '../session/sign-in-overlay.tsx'
import { appearance } from '../visual/appearance.ts'
import { classes } from '../visual/classes.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { visibleNavigation } from './navigation.ts'
import { NavigationDrawer, NavigationList } from './navigation-list.tsx'
import styles from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'
import { TopBar } from './top-bar.tsx'

const shortcutSheet = buildObservable(false)

/** The frame around every page (console §2.1). */
export function Shell() {
  const { hasNarrowNavigation } = useObservable(appearance)
  const session = useObservable(usePlatform().session.state)
  const [isDrawerOpen, setIsDrawerOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  useFocusOnPageChange(main)
  useEffect(() => (main.current === null ? undefined : watchFocus(main.current)), [])
  return (
    <div className={classes(styles.shell, hasNarrowNavigation && styles.narrow)}>
      <a className={styles.skip} href="#main" onClick={() => main.current?.focus()}>
        Skip to content
      </a>
      <TopBar
        onOpenNavigation={() => setIsDrawerOpen(true)}
        onOpenShortcuts={() => shortcutSheet.set(true)}
      />
      <aside className={styles.side}>
        <NavigationList isNarrow={hasNarrowNavigation} />
      </aside>
      <NavigationDrawer isOpen={isDrawerOpen} onClose={() => setIsDrawerOpen(false)} />
      <div className={styles.content}>
        <ConnectionBanner />
        <main id="main" ref={main} className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
        <footer className={styles.footer}>Pileus at {location.host}</footer>
      </div>
      <Toasts />
      <LiveRegions />
      <PageShortcuts />
      {session.kind === 'expired' && <SignInOverlay identity={session.identity} />}
    </div>
  )
}

/** A new page is announced by its title: the focus moves to the content, unless a link kept it. */
function useFocusOnPageChange(main: { readonly current: HTMLElement | null }): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const first = useRef(path)
  useEffect(() => {
    if (path === undefined || first.current === undefined || first.current === path) {
      first.current ??= path
      return
    }
    first.current = path
    // What a page focuses by itself, as a dialog that opens with it, keeps the focus.
    if (main.current?.contains(document.activeElement) !== true) main.current?.focus()
  }, [path, main])
}

function LiveRegions() {
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
        {useObservable(announcement)}
      </div>
      <div className="visually-hidden" role="alert" data-testid="urgent-announcement">
        {useObservable(urgentAnnouncement)}
      </div>
    </>
  )
}

function PageShortcuts() {
  const navigate = useNavigate()
  const { permissions } = useIdentity()
  const shortcuts = useMemo(
    () => [
      ...visibleNavigation(permissions).flatMap(({ entries }) =>
        entries.map(({ key, label, to }) => ({
          keys: `g ${key}`,
          words: `Go to ${label}`,
          run: () => void navigate({ to }),
        })),
      ),
      {
        keys: '/',
        words: 'Search this page',
        run: () => document.querySelector<HTMLElement>('[data-page-search]')?.focus(),
      },
      { keys: '?', words: 'Show this list', run: () => shortcutSheet.set(true) },
    ],
    [navigate, permissions],
  )
  return <Shortcuts shortcuts={shortcuts} sheet={shortcutSheet} />
}
