import { buildObservable } from '../platform/observable.ts'

/** What assistive technology reads next; the live region of the shell shows it. */
export const announcement = buildObservable('')

/** What cannot wait: it interrupts what is being read. */
export const urgentAnnouncement = buildObservable('')

/** News within this time of the last one are said together (WCAG 4.1.3). */
const pauseMs = 2_000
const namedMax = 3
const waitingMax = 200

let waiting: string[] = []
let timer: ReturnType<typeof setTimeout> | undefined

/** Says `text` politely: at once, or with whatever else happened in the meantime. */
export function announce(text: string): void {
  if (waiting.length < waitingMax) waiting.push(text)
  if (timer === undefined) say()
}

/** Says `text` at once. Only for what somebody must act on, such as a new critical alarm. */
export function announceUrgently(text: string): void {
  urgentAnnouncement.set(text)
}

function say(): void {
  timer = undefined
  if (waiting.length === 0) return
  announcement.set(joinAnnouncements(waiting))
  waiting = []
  timer = setTimeout(say, pauseMs)
}

/** The first few word for word, the others as a number. */
export function joinAnnouncements(texts: readonly string[]): string {
  const distinct = [...new Set(texts)]
  const named = distinct.slice(0, namedMax)
  const others = distinct.length - named.length
  return [...named, ...(others === 0 ? [] : [`And ${others} more changes.`])].join(' ')
}
