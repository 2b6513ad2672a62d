// What a machine can say about the texts of the repository. Each rule is a function from a text to
// complaints, so that tidy.test.ts can show that it complains before it is let loose on all files.
import { dirname, join, normalize } from 'node:path'

/** The part of a repository that a rule about links has to see. */
export interface Files {
  /** The text of a file, empty for a folder, or undefined if there is nothing of this name. */
  readonly read: (path: string) => string | undefined
}

/** Relative links of a document that lead nowhere: no such file, heading or line. */
export function brokenLinks(path: string, text: string, files: Files): readonly string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1] ?? '')
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => !leadsSomewhere(path, text, link, files))
    .map((link) => `the link ${link} leads nowhere`)
}

function leadsSomewhere(path: string, text: string, link: string, files: Files): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? text : files.read(normalize(join(dirname(path), file)))
  if (target === undefined) return false
  if (anchor === undefined) return true
  const line = /^L(\d+)(?:-L\d+)?$/.exec(anchor)?.[1]
  if (line !== undefined) return Number(line) <= target.split('\n').length
  return headingAnchors(target).includes(anchor)
}

/** As the usual hosts make them of headings. */
function headingAnchors(text: string): readonly string[] {
  return headings(text).map(({ title }) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function headings(text: string): readonly { readonly level: number; readonly title: string }[] {
  return [...withoutFences(text).matchAll(/^(#{1,6}) +(.+?) *$/gm)].map((match) => ({
    level: match[1]?.length ?? 0,
    title: match[2] ?? '',
  }))
}

function withoutFences(text: string): string {
  return text.replaceAll(/^ *(```|~~~)[^]*?^ *\1.*$/gm, '')
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, '')
}

export function titleProblems(text: string): readonly string[] {
  const titles = headings(text).filter(({ level }) => level === 1)
  return titles.length === 1 ? [] : [`it has ${titles.length} titles (lines with one #), not one`]
}

/** Things that an author meant to come back to: now is the time, or an issue is the place. */
export function leftoverMarkers(text: string): readonly string[] {
  return linesWith(text, /\b(?:TODO|FIXME|XXX|HACK)\b/, 'a marker is left over')
}

/** What is true on one machine only: its folders, and where it gets its packages. */
export function localTraces(text: string): readonly string[] {
  return [
    ...linesWith(text, /(?<![\w.}~-])\/(?:home|root|Users|work)\/[\w.-]+/, 'a path of one machine'),
    ...linesWith(text, /\bregistry\.[\w-]+\.\w+|\bfiles\.pythonhosted\b/, 'a registry host'),
  ]
}

/** How a text came to be is no business of the text. */
export function authorshipTraces(text: string): readonly string[] {
  const words = /\b(?:AI|LLM|[Ll]anguage models?|[Cc]hat ?bots?|[Cc]o-[Aa]uthored-[Bb]y)\b/
  return linesWith(text, words, 'the project speaks of itself alone')
}

function linesWith(text: string, pattern: RegExp, complaint: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      pattern.test(line) ? [`line ${index + 1}: ${complaint}: ${line.trim()}`] : [],
    )
}

/** Commands of a document that the root package.json does not know. */
export function unknownScripts(text: string, scripts: readonly string[]): readonly string[] {
  const named = [...text.matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  return named
    .filter((name) => !scripts.includes(name))
    .map((name) => `package.json has no script "${name}"`)
}

const decisionSections = ['Context', 'Decision', 'Consequences', 'Would change our mind']

/** A decision record that lacks a part of what docs/decisions/README.md asks for. */
export function decisionProblems(text: string): readonly string[] {
  const found = headings(text).map(({ title }) => title)
  return [
    ...['Status', 'Date']
      .filter((name) => !new RegExp(`^- ${name}: \\S`, 'm').test(text))
      .map((name) => `the line "- ${name}: …" is missing`),
    ...decisionSections
      .filter((name) => !found.includes(name))
      .map((name) => `the section "${name}" is missing`),
  ]
}

/** Numbers at the beginning of file names that stand there more than once. */
export function repeatedNumbers(names: readonly string[]): readonly string[] {
  const numbers = names.flatMap((name) => /^\d+/.exec(name) ?? [])
  return [...new Set(numbers.filter((number, index) => numbers.indexOf(number) !== index))]
}
