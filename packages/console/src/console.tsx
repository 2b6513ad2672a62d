import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useObservable } from './platform/observable.ts'
import type { Platform } from './platform/platform.ts'
import { PlatformContext } from './platform/platform.ts'
import { preloadPages, router } from './routes.tsx'
import { SignInPage } from './session/sign-in-page.tsx'

/** The page that is looked at comes first. */
const preloadAfterMs = 1_000

export function Console({ platform }: { readonly platform: Platform }) {
  const session = useObservable(platform.session.state)
  const isSignedOut = session.kind === 'signedOut'
  useEffect(() => {
    if (isSignedOut) return
    const timer = setTimeout(preloadPages, preloadAfterMs)
    return () => clearTimeout(timer)
  }, [isSignedOut])
  return (
    <PlatformContext value={platform}>
      <QueryClientProvider client={platform.queryClient}>
        <I18nProvider locale="en-US">
          {isSignedOut ? <SignInPage /> : <RouterProvider router={router} />}
        </I18nProvider>
      </QueryClientProvider>
    </PlatformContext>
  )
}
