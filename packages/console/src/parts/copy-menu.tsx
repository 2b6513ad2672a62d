import { announce } from './announcer.ts'
import { Button } from './button.tsx'
import { copyText } from './copy-button.tsx'
import { Menu, MenuItem } from './menu.tsx'
import { showToast } from './toasts.tsx'

export interface CopyChoice {
  readonly id: string
  readonly label: string
  readonly text: () => string
}

export interface CopyMenuProps {
  /** What is copied, for those who do not see where the button stands. */
  readonly label: string
  readonly choices: readonly CopyChoice[]
  readonly isSmall?: boolean
}

/** *Copy as…*: the same thing in the forms that are of use elsewhere (console §3.10). */
export function CopyMenu({ label, choices, isSmall = false }: CopyMenuProps) {
  async function copy(text: string): Promise<void> {
    if (await copyText(text)) announce('Copied.')
    else showToast('The browser does not allow copying.', 'critical')
  }

  return (
    <Menu
      label={label}
      button={
        <Button look="quiet" icon="copy" isSmall={isSmall} data-testid="copy-as">
          Copy as…
        </Button>
      }
    >
      {choices.map(({ id, label: name, text }) => (
        <MenuItem key={id} id={id} onAction={() => void copy(text())} data-testid={`copy-${id}`}>
          {name}
        </MenuItem>
      ))}
    </Menu>
  )
}
