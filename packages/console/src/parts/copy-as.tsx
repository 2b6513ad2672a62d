import type { CopiedRequest } from './copy-formats.ts'
import { CopyMenu } from './copy-menu.tsx'
import { useCurl } from './use-curl.ts'

export interface CopyAsProps {
  /** What the page is about to do, as a request. */
  readonly request: CopiedRequest
  /** The same with the command line tool. */
  readonly command?: string
  readonly id?: string
}

/** The same action outside the browser, with placeholders for secrets (console §3.10). */
export function CopyAs({ request, command, id }: CopyAsProps) {
  const curl = useCurl()
  return (
    <CopyMenu
      label="Copy this action as"
      choices={[
        ...(id === undefined ? [] : [{ id: 'id', label: 'Id', text: () => id }]),
        { id: 'curl', label: 'curl', text: () => curl(request) },
        ...(command === undefined
          ? []
          : [{ id: 'cli', label: 'Command line', text: () => command }]),
      ]}
    />
  )
}
