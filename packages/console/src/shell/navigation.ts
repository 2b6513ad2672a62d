import type { IconName } from '../visual/icon.tsx'

export interface NavigationEntry {
  readonly to: '/devices' | '/registration'
  readonly label: string
  readonly icon: IconName
  /** Pressed after `g`. */
  readonly key: string
}

/** The groups of the navigation with the pages that exist (console §2.1, §2.6). */
export const navigation: readonly {
  readonly title: string
  readonly entries: readonly NavigationEntry[]
}[] = [
  {
    title: 'Fleet',
    entries: [
      { to: '/devices', label: 'Devices', icon: 'devices', key: 'd' },
      { to: '/registration', label: 'Registration', icon: 'registration', key: 'r' },
    ],
  },
]
