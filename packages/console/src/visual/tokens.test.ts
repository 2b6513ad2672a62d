import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

// Goal: every pair of colours that the parts use can be read (console §7.4, §7.5, WCAG 1.4.3, 1.4.11).

const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]

const tokens = new Map(
  [
    ...readFileSync(new URL('tokens.css', import.meta.url), 'utf8').matchAll(
      /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g,
    ),
  ].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
)

function colorOf(name: string, theme: Theme): string {
  const token = tokens.get(name)
  assert.ok(token, `no token --${name}`)
  return token[theme]
}

/** WCAG relative luminance of `#rrggbb`. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(front: string, back: string): number {
  const [darker = 0, lighter = 0] = [luminance(front), luminance(back)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const grounds = ['surface', 'canvas', 'selected']
const states = ['critical', 'major', 'minor', 'warning', 'success', 'maintenance', 'unknown']
const charts = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => `chart-${place}`)

const pairs: readonly { front: string; back: string; least: number }[] = [
  ...['text-1', 'text-2', 'text-3', 'accent', 'accent-hover', ...states].flatMap((front) =>
    grounds.map((back) => ({ front, back, least: 4.5 })),
  ),
  ...states.map((front) => ({ front, back: `${front}-chip`, least: 4.5 })),
  // What stands in notices and on sunken ground, as badges.
  ...states.map((state) => ({ front: 'text-1', back: `${state}-chip`, least: 4.5 })),
  { front: 'text-1', back: 'sunken', least: 4.5 },
  { front: 'text-2', back: 'sunken', least: 4.5 },
  { front: 'text-3', back: 'sunken', least: 4.5 },
  { front: 'on-accent', back: 'accent', least: 4.5 },
  { front: 'on-accent', back: 'accent-hover', least: 4.5 },
  { front: 'on-critical', back: 'critical', least: 4.5 },
  ...['border-strong', 'focus'].flatMap((front) =>
    grounds.map((back) => ({ front, back, least: 3 })),
  ),
  ...charts.map((front) => ({ front, back: 'surface', least: 3 })),
]

for (const theme of themes) {
  for (const { front, back, least } of pairs) {
    test(`${theme}: ${front} on ${back} has a contrast of at least ${least}`, () => {
      const ratio = contrast(colorOf(front, theme), colorOf(back, theme))
      assert.ok(ratio >= least, `${ratio.toFixed(2)}`)
    })
  }
}

test('the ratio is that of the specification', () => {
  assert.equal(contrast('#15202b', '#ffffff').toFixed(1), '16.5')
  assert.equal(contrast('#ff8f99', '#43161c').toFixed(1), '7.0')
})
