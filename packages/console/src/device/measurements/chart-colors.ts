import { useEffect, useState } from 'react'
import { useObservable } from '../../platform/observable.ts'
import { appearance } from '../../visual/appearance.ts'

/** The categorical colours of the style sheet, in order (console §7.5). */
export const chartColorCount = 8

export interface ChartColors {
  readonly series: readonly string[]
  readonly text: string
  readonly grid: string
  /** Everything has one colour: lines are told apart by their dashes alone. */
  readonly isForced: boolean
}

/**
 * Lines beyond the fourth are dashed as well, all but the first where colours are forced. Lengths
 * in CSS pixels, as an SVG takes them.
 */
export function dashOf(index: number, isForced: boolean): readonly number[] {
  const rank = isForced ? index : index - 3
  return rank <= 0 ? [] : (dashes[(rank - 1) % dashes.length] ?? [])
}

const dashes: readonly (readonly number[])[] = [
  [6, 3],
  [2, 3],
  [8, 3, 2, 3],
  [12, 4],
]

/** What a canvas draws with: it does not know the style sheet, nor when the theme changes. */
export function useChartColors(): ChartColors {
  const { theme } = useObservable(appearance)
  const [colors, setColors] = useState(readColors)
  useEffect(() => {
    const read = (): void => setColors(readColors())
    read()
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
      window.matchMedia(query),
    )
    for (const query of queries) query.addEventListener('change', read)
    return () => {
      for (const query of queries) query.removeEventListener('change', read)
    }
  }, [theme])
  return colors
}

/** Custom properties hold `light-dark(…)` as text; what it means shows on an element that has it. */
function readColor(property: string): string {
  // Always a new element: a change of colour may be a transition, which begins with the old one.
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function readColors(): ChartColors {
  const isForced = window.matchMedia('(forced-colors: active)').matches
  return {
    series: Array.from({ length: chartColorCount }, (_, index) =>
      readColor(`--chart-${index + 1}`),
    ),
    text: readColor('--text-3'),
    // Where everything has one colour, the grid would look like the lines.
    grid: isForced ? 'GrayText' : readColor('--border-subtle'),
    isForced,
  }
}
