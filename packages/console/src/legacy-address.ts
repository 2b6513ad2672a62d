import { hadOneTimePassword } from './registration/one-time-password.ts'

/** Where a link of the product that devices know leads here (console §2.2). */
export interface LegacyTarget {
  /** Below `/console`. */
  readonly path: string
  /** The secret itself is not kept: nothing can use it yet. */
  readonly hadOneTimePassword: boolean
}

/**
 * `#/deviceregistration?externalId=X&one-time-password=Y`, which device agents print,
 * `#/device/:id/:tab`, and `#/`. Gives `undefined` for any other fragment.
 */
export function parseLegacyFragment(fragment: string): LegacyTarget | undefined {
  if (!fragment.startsWith('#/')) return undefined
  const [path = '', query = ''] = fragment.slice(1).split('?', 2)
  if (path === '/') return { path: '/', hadOneTimePassword: false }
  if (path === '/deviceregistration') {
    const parameters = new URLSearchParams(query)
    // In quotes, as the router writes texts that look like numbers: ids must not become ones.
    const externalId = encodeURIComponent(JSON.stringify(parameters.get('externalId') ?? ''))
    const hadOneTimePassword = parameters.has('one-time-password')
    return { path: `/registration?tab=single&externalId=${externalId}`, hadOneTimePassword }
  }
  const device = /^\/device\/(\d+)(?:\/([a-z-]+))?$/.exec(path)
  if (device === null) return undefined
  const [, id = '', tab] = device
  return {
    path: tab === undefined ? `/devices/${id}` : `/devices/${id}/${tab}`,
    hadOneTimePassword: false,
  }
}

/** Before anything else runs: what the fragment says is used, and it leaves the history. */
export function consumeLegacyAddress(): void {
  const target = parseLegacyFragment(location.hash)
  if (target === undefined) return
  history.replaceState(null, '', `/console${target.path}`)
  hadOneTimePassword.set(target.hadOneTimePassword)
}
