import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../parts/button.tsx'
import { EmptyState, ErrorState } from '../parts/states.tsx'
import { PageNotLoaded } from './load-page.ts'
import { Page } from './page.tsx'

/** In place of a page that failed to load or to render; the shell around it goes on. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  if (error instanceof PageNotLoaded) return <PageThatDidNotCome />
  return (
    <Page title="This page failed">
      <ErrorState failure={error} onRetry={reset} />
    </Page>
  )
}

function PageThatDidNotCome() {
  return (
    <Page title="This page was not loaded">
      <EmptyState
        icon="warning"
        title="The platform did not give the code of this page"
        action={
          <Button icon="refresh" onPress={() => location.reload()} data-testid="reload">
            Reload
          </Button>
        }
      >
        It was away when the page was first opened, or it has another version of the console by now.
        After reloading you are asked to sign in again.
      </EmptyState>
    </Page>
  )
}
