import { useEffect, useEffectEvent, useState } from 'react'

export interface DraftOptions {
  /** What the draft becomes part of, such as the address of the page. */
  readonly value: string
  /** Takes the draft once nothing was typed for `pauseMs`, at once where it was emptied. */
  readonly onPause: (draft: string) => void
  readonly pauseMs: number
}

/**
 * The text of a field whose value is elsewhere and follows later: what is typed in the meantime
 * stays. It becomes the value when that changes by itself, as by going back.
 */
export function useDraft({
  value,
  onPause,
  pauseMs,
}: DraftOptions): readonly [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(value)
  const [known, setKnown] = useState(value)
  const [given, setGiven] = useState<string>()
  if (value !== known) {
    setKnown(value)
    setGiven(undefined)
    if (value !== given) setDraft(value)
  }
  const give = useEffectEvent(() => {
    const text = draft.trim()
    if (text === value) return
    setGiven(text)
    onPause(text)
  })
  useEffect(() => {
    const timer = setTimeout(give, draft === '' ? 0 : pauseMs)
    return () => clearTimeout(timer)
  }, [draft, pauseMs])
  return [draft, setDraft]
}
