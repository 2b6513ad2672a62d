import { registrationPrefill } from './registration/registration-prefill.ts'

/** Where a link of the product that devices know leads here (console §2.2). */
export interface LegacyTarget {
  /** Below `/console`. */
  readonly path: string
  readonly prefill?: { readonly externalId: string; readonly hasOneTimePassword: boolean }
}

/**
 * `#/deviceregistration?externalId=X&one-time-password=Y`, which device agents print,
 * `#/device/:id/:tab`, and `#/`. Gives `undefined` for any other fragment.
 */
export function parseLegacyFragment(fragment: string): LegacyTarget | undefined {
  if (!fragment.startsWith('#/')) return undefined
  const [path = '', query = ''] = fragment.slice(1).split('?', 2)
  if (path === '/') return { path: '/' }
  if (path === '/deviceregistration') {
    const parameters = new URLSearchParams(query)
    const externalId = parameters.get('externalId') ?? ''
    const hasOneTimePassword = parameters.has('one-time-password')
    return { path: '/registration?tab=single', prefill: { externalId, hasOneTimePassword } }
  }
  const device = /^\/device\/(\d+)(?:\/([a-z-]+))?$/.exec(path)
  if (device === null) return undefined
  const [, id = '', tab] = device
  return { path: tab === undefined ? `/devices/${id}` : `/devices/${id}/${tab}` }
}

/** Before anything else runs: what the fragment says is used, and it leaves the history. */
export function consumeLegacyAddress(): void {
  const target = parseLegacyFragment(location.hash)
  if (target === undefined) return
  history.replaceState(null, '', `/console${target.path}`)
  if (target.prefill !== undefined) registrationPrefill.set(target.prefill)
}
