import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { storeContract } from '@pileus/testing'
import { openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'pileus-store-'))
after(() => rmSync(folder, { recursive: true }))
let stores = 0

storeContract('sqlite', (onCommitted) =>
  openSqliteStore({ dataFolder: join(folder, String(++stores)), onCommitted }),
)
