import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the code says `// walk: uplink 6`: one step of docs/how-a-message-travels.md. */
export interface WalkMarker {
  /** `uplink 6` */
  readonly step: string
  /** From the root of the repository. */
  readonly file: string
  /** Of the marker, counted from 1. */
  readonly line: number
}

export function readWalkMarkers(root: string): readonly WalkMarker[] {
  return globSync('packages/*/src/**/*.ts', { cwd: root })
    .sort()
    .flatMap((file) => findWalkMarkers(file, readFileSync(join(root, file), 'utf8')))
}

export function findWalkMarkers(file: string, source: string): readonly WalkMarker[] {
  return source.split('\n').flatMap((text, index) => {
    const step = /\/\/ walk: (\w+ \d+)$/.exec(text)?.[1]
    return step === undefined ? [] : [{ step, file, line: index + 1 }]
  })
}

/**
 * The page with a current link in each of its places, written
 * `<!-- walk: uplink 6 -->…<!-- /walk -->`.
 *
 * Gives problems when a step of the page is nowhere in the code, when a step of the code is not on
 * the page, and when a step stands twice: whoever moved the code forgot the marker.
 */
export function linkWalk(
  page: string,
  markers: readonly WalkMarker[],
): string | { readonly problems: readonly string[] } {
  const places = [...page.matchAll(place)].map((match) => match[1])
  const problems = [
    ...markers
      .filter(({ step }) => !places.includes(step))
      .map(({ step, file, line }) => `${file}:${line}: no place on the page for "walk: ${step}"`),
    ...places
      .filter((step) => markers.every((marker) => marker.step !== step))
      .map((step) => `"walk: ${step}" of the page is nowhere in the code`),
    ...repeated(markers.map(({ step }) => step)).map(
      (step) => `"walk: ${step}" is twice in the code`,
    ),
  ]
  if (problems.length > 0) return { problems }
  return page.replaceAll(place, (_, step: string) => {
    const marker = markers.find((candidate) => candidate.step === step)
    return marker === undefined ? '' : `<!-- walk: ${step} -->${link(marker)}<!-- /walk -->`
  })
}

const place = /<!-- walk: (\w+ \d+) -->.*?<!-- \/walk -->/g

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

function link({ file, line }: WalkMarker): string {
  const name = file.replace(/^packages\//, '').replace(/(^|\/)src\//, '$1')
  return `[${name}:${line}](../${file}#L${line})`
}
