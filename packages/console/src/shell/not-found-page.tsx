import { Link } from '@tanstack/react-router'
import { EmptyState } from '../parts/states.tsx'
import { Page } from './page.tsx'

export function NotFoundPage() {
  return (
    <Page title="Page not found">
      <EmptyState
        icon="search"
        title="There is no page at this address"
        action={<Link to="/devices">Go to Devices</Link>}
      >
        The link may be incomplete, or lead to a page that this version does not have.
      </EmptyState>
    </Page>
  )
}
