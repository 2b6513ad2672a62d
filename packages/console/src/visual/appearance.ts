import { buildObservable } from '../platform/observable.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const densities = ['comfortable', 'compact'] as const
export type Density = (typeof densities)[number]

export interface Appearance {
  readonly theme: Theme
  readonly density: Density
  readonly hasNarrowNavigation: boolean
  /** Single-key shortcuts can be switched off (WCAG 2.1.4). */
  readonly hasShortcuts: boolean
}

const storageKey = 'pileus.appearance'

/** How this browser shows the console; kept in its local storage, which may be refused. */
export const appearance = buildObservable<Appearance>(parseAppearance(readStored()))

export function changeAppearance(change: Partial<Appearance>): void {
  const next = { ...appearance.get(), ...change }
  appearance.set(next)
  applyAppearance()
  try {
    localStorage.setItem(storageKey, JSON.stringify(next))
  } catch {
    // Storage is switched off or full: the choice lasts as long as the page.
  }
}

/** Tells the style sheets. */
export function applyAppearance(): void {
  const { theme, density } = appearance.get()
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  dataset['density'] = density
}

/** What was stored, each member replaced by its default where it does not fit. */
export function parseAppearance(text: string | undefined): Appearance {
  const stored = parseObject(text)
  return {
    theme: themes.find((theme) => theme === stored['theme']) ?? 'system',
    density: densities.find((density) => density === stored['density']) ?? 'comfortable',
    hasNarrowNavigation: stored['hasNarrowNavigation'] === true,
    hasShortcuts: stored['hasShortcuts'] !== false,
  }
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function readStored(): string | undefined {
  try {
    return localStorage.getItem(storageKey) ?? undefined
  } catch {
    return undefined
  }
}
