import type { Permission } from '../session/session-keeper.ts'
import type { IconName } from '../visual/icon.tsx'

export interface NavigationEntry {
  readonly to: '/devices' | '/registration'
  readonly label: string
  readonly icon: IconName
  /** Pressed after `g`. */
  readonly key: string
  /** Shown to those who have any of these; without, to everybody. */
  readonly anyOf?: readonly Permission[]
}

export interface NavigationGroup {
  readonly title: string
  readonly entries: readonly NavigationEntry[]
}

/** The groups of the navigation with the pages that exist (console §2.1, §2.6). */
const navigation: readonly NavigationGroup[] = [
  {
    title: 'Fleet',
    entries: [
      { to: '/devices', label: 'Devices', icon: 'devices', key: 'd' },
      {
        to: '/registration',
        label: 'Registration',
        icon: 'registration',
        key: 'r',
        anyOf: ['ROLE_DEVICE_CONTROL_READ'],
      },
    ],
  },
]

/** The part of it that a user with these permissions sees; a group without entries is left out. */
export function visibleNavigation(
  permissions: ReadonlySet<Permission>,
): readonly NavigationGroup[] {
  return navigation
    .map(({ title, entries }) => ({
      title,
      entries: entries.filter(
        ({ anyOf }) => anyOf === undefined || anyOf.some((each) => permissions.has(each)),
      ),
    }))
    .filter(({ entries }) => entries.length > 0)
}
