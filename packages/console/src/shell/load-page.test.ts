import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPage, PageNotLoaded } from './load-page.ts'

test('a module that comes is given on, one that does not is told apart from a page that fails', async () => {
  assert.equal(await loadPage(async () => 'module'), 'module')
  const cause = new TypeError('Failed to fetch')
  await assert.rejects(
    loadPage(() => Promise.reject(cause)),
    (error) => error instanceof PageNotLoaded && error.cause === cause,
  )
})
