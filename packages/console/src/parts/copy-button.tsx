import { useState } from 'react'
import { announce } from './announcer.ts'
import { Button } from './button.tsx'

export interface CopyButtonProps {
  readonly label: string
  readonly text: () => string
  readonly isSmall?: boolean
  /** The icon alone, with `label` as its name. */
  readonly isIconOnly?: boolean
}

const confirmationMs = 2_000

export function CopyButton({ label, text, isSmall = false, isIconOnly = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()

  async function copy(): Promise<void> {
    const done = await copyText(text())
    setOutcome(done ? 'copied' : 'refused')
    announce(done ? 'Copied.' : 'The browser does not allow copying.')
    setTimeout(() => setOutcome(undefined), confirmationMs)
  }

  const words = { copied: 'Copied', refused: 'Not allowed' }
  return (
    <Button
      icon={outcome === 'copied' ? 'check' : 'copy'}
      look={isIconOnly ? 'quiet' : 'secondary'}
      isSmall={isSmall}
      isIconOnly={isIconOnly}
      {...(isIconOnly ? { 'aria-label': label } : {})}
      onPress={() => void copy()}
    >
      {outcome === undefined ? label : words[outcome]}
    </Button>
  )
}

/** Whether the browser took it: over plain HTTP there is no clipboard interface. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** The way of browsers that allow the clipboard interface on secure pages only. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  const focused = document.activeElement
  area.value = text
  area.className = 'visually-hidden'
  // Inside an open dialog, which would take the focus back from anywhere else.
  const host = focused?.closest('[role=dialog], [role=alertdialog]') ?? document.body
  host.append(area)
  area.select()
  const isDone = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isDone
}
