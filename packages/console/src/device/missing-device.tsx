import { Link } from '@tanstack/react-router'
import { DeviceText } from '../parts/device-text.tsx'
import { EmptyState } from '../parts/states.tsx'
import { Page } from '../shell/page.tsx'

/** There is no such device; `name` is what it was called when this page last read it. */
export function MissingDevice({
  id,
  name,
}: {
  readonly id: string
  readonly name: string | undefined
}) {
  return (
    <Page title="No such device" header={null}>
      <EmptyState
        icon="devices"
        title={name === undefined ? 'There is no such device' : 'The device was deleted'}
        level={1}
        action={<Link to="/devices">Go to the devices</Link>}
      >
        {name === undefined ? (
          <>
            Nothing has the id <DeviceText isCode>{id}</DeviceText>: it was deleted, or the address
            is not complete.
          </>
        ) : (
          <>
            <DeviceText>{name}</DeviceText> (id <code>{id}</code>) was deleted while this page was
            open.
          </>
        )}
      </EmptyState>
    </Page>
  )
}
