import { CopyMenu } from '../parts/copy-menu.tsx'
import { useCurl } from '../parts/use-curl.ts'
import type { OperationBody } from './operation-kinds.ts'

/** The operation that is about to be sent, for other tools. */
export function CopyBody({ body }: { readonly body: OperationBody }) {
  const curl = useCurl()
  return (
    <CopyMenu
      label="Copy the new operation as"
      choices={[
        {
          id: 'curl',
          label: 'curl',
          text: () => curl({ method: 'POST', path: '/devicecontrol/operations', body }),
        },
        { id: 'json', label: 'JSON', text: () => JSON.stringify(body, undefined, 2) },
      ]}
    />
  )
}
