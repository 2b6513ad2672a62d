import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useObservable } from './platform/observable.ts'
import type { Platform } from './platform/platform.ts'
import { PlatformContext } from './platform/platform.ts'
import { router } from './routes.tsx'
import { SignInPage } from './session/sign-in-page.tsx'

export function Console({ platform }: { readonly platform: Platform }) {
  const session = useObservable(platform.session.state)
  return (
    <PlatformContext value={platform}>
      <QueryClientProvider client={platform.queryClient}>
        <I18nProvider locale="en-US">
          {session.kind === 'signedOut' ? <SignInPage /> : <RouterProvider router={router} />}
        </I18nProvider>
      </QueryClientProvider>
    </PlatformContext>
  )
}
