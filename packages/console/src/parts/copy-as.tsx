import { useIdentity } from '../session/permissions.ts'
import { announce } from './announcer.ts'
import { Button } from './button.tsx'
import { copyText } from './copy-button.tsx'
import type { CopiedRequest } from './copy-formats.ts'
import { formatCurl } from './copy-formats.ts'
import { Menu, MenuItem } from './menu.tsx'
import { showToast } from './toasts.tsx'

export interface CopyAsProps {
  /** What the page is about to do, as a request. */
  readonly request: CopiedRequest
  /** The same with the command line tool. */
  readonly command?: string
  readonly id?: string
}

/** The same action outside the browser, with placeholders for secrets (console §3.10). */
export function CopyAs({ request, command, id }: CopyAsProps) {
  const { tenantId, userName } = useIdentity()
  const caller = { origin: location.origin, tenantId, userName }

  async function copy(text: string): Promise<void> {
    if (await copyText(text)) announce('Copied.')
    else showToast('The browser does not allow copying.', 'critical')
  }

  return (
    <Menu
      label="Copy as"
      button={
        <Button look="quiet" icon="copy" data-testid="copy-as">
          Copy as…
        </Button>
      }
    >
      {id !== undefined && (
        <MenuItem id="id" onAction={() => void copy(id)}>
          Id
        </MenuItem>
      )}
      <MenuItem id="curl" onAction={() => void copy(formatCurl(request, caller))}>
        curl
      </MenuItem>
      {command !== undefined && (
        <MenuItem id="cli" onAction={() => void copy(command)}>
          Command line
        </MenuItem>
      )}
    </Menu>
  )
}
