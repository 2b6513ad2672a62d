import { styleText } from 'node:util'

const styles = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  accent: 'cyan',
  quiet: 'gray',
  strong: 'bold',
} as const

export type Style = keyof typeof styles

/** Gives the text in a style, or as it is where colours are not wanted. */
export type Paint = (style: Style, text: string) => string

export const noPaint: Paint = (_, text) => text

const paintWithColours: Paint = (style, text) =>
  styleText(styles[style], text, { validateStream: false })

/** Colours on terminals only, and not where somebody said no (https://no-color.org). */
export function choosePaint(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const isWanted = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return isWanted ? paintWithColours : noPaint
}
