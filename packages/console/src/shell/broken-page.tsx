import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../parts/states.tsx'
import { Page } from './page.tsx'

/** In place of a page that failed to load or to render; the shell around it goes on. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page failed">
      <ErrorState failure={error} onRetry={reset} />
    </Page>
  )
}
