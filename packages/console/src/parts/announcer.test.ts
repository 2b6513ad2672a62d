import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinAnnouncements } from './announcer.ts'

test('few news are said word for word, many are counted', () => {
  assert.equal(joinAnnouncements(['A.', 'B.', 'A.']), 'A. B.')
  assert.equal(joinAnnouncements(['A.', 'B.', 'C.', 'D.', 'E.']), 'A. B. C. And 2 more changes.')
})
