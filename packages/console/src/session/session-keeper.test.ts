import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FetchOptions } from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { buildSessionKeeper, SignedOut } from './session-keeper.ts'

// Goal: credentials expire without losing a request. Method: a platform that knows one password.

function buildPlatform(first: string) {
  let password = first
  const requests: string[] = []
  return {
    requests,
    changePassword: (next: string) => {
      password = next
    },
    fetch: (url: string, { method, headers }: FetchOptions) => {
      const isKnown = headers['Authorization'] === `Basic ${btoa(`t100/mira:${password}`)}`
      requests.push(`${method} ${url} ${isKnown ? 200 : 401}`)
      const body = isKnown ? (answers[url] ?? {}) : { error: 'security/Unauthorized' }
      return Promise.resolve({
        status: isKnown ? 200 : 401,
        text: () => Promise.resolve(JSON.stringify(body)),
      })
    },
  }
}

const answers: Readonly<Record<string, object>> = {
  '/user/currentUser': {
    userName: 'mira',
    displayName: '',
    effectiveRoles: [{ id: 'ROLE_INVENTORY_READ' }],
  },
  '/tenant/currentTenant': { name: 't100' },
}

const read: FetchOptions = { method: 'GET', headers: {}, credentials: 'omit' }
const mira = { tenantId: 't100', userName: 'mira', password: 'first' }

test('signing in tells who it is and what they may', async () => {
  const session = buildSessionKeeper(buildPlatform('first').fetch)
  await session.signIn(mira)
  assert.deepEqual(session.state.get(), {
    kind: 'signedIn',
    identity: {
      tenantId: 't100',
      userName: 'mira',
      displayName: 'mira',
      permissions: new Set(['ROLE_INVENTORY_READ']),
    },
  })
})

test('wrong credentials change nothing', async () => {
  const session = buildSessionKeeper(buildPlatform('first').fetch)
  await assert.rejects(
    session.signIn({ ...mira, password: 'guess' }),
    (error) => error instanceof RestRefusal && error.status === 401,
  )
  assert.equal(session.state.get().kind, 'signedOut')
})

test('a request that is refused waits for the new password and is repeated', async () => {
  const platform = buildPlatform('first')
  const session = buildSessionKeeper(platform.fetch)
  await session.signIn(mira)
  platform.changePassword('second')
  const answer = session.fetch('/alarm/alarms', read)
  await untilKind(session, 'expired')
  await assert.rejects(session.renew('guess'))
  assert.equal(session.state.get().kind, 'expired')
  await session.renew('second')
  assert.equal((await answer).status, 200)
  assert.equal(platform.requests.at(-1), 'GET /alarm/alarms 200')
})

test('signing out instead ends the request', async () => {
  const platform = buildPlatform('first')
  const session = buildSessionKeeper(platform.fetch)
  await session.signIn(mira)
  platform.changePassword('second')
  const answer = session.fetch('/alarm/alarms', read)
  await untilKind(session, 'expired')
  session.signOut()
  await assert.rejects(answer, SignedOut)
  await assert.rejects(session.fetch('/alarm/alarms', read), SignedOut)
})

test('a page that is left does not wait', async () => {
  const platform = buildPlatform('first')
  const session = buildSessionKeeper(platform.fetch)
  await session.signIn(mira)
  platform.changePassword('second')
  const leaving = new AbortController()
  const answer = session.fetch('/alarm/alarms', { ...read, signal: leaving.signal })
  await untilKind(session, 'expired')
  leaving.abort(new Error('left'))
  await assert.rejects(answer, { message: 'left' })
})

test('a password is confirmed without touching the session', async () => {
  const session = buildSessionKeeper(buildPlatform('first').fetch)
  await session.signIn(mira)
  await session.confirmPassword('first')
  await assert.rejects(session.confirmPassword('guess'))
  assert.equal(session.state.get().kind, 'signedIn')
})

async function untilKind(
  { state }: ReturnType<typeof buildSessionKeeper>,
  kind: string,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (state.get().kind === kind) resolve()
    }
    state.subscribe(look)
    look()
  })
}
