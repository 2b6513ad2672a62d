import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { undoAtExit } from './leftovers.ts'

export interface TemporaryFolder extends Disposable {
  readonly path: string
}

/** An empty folder that disappears with its content. */
export function openTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'pileus-bench-'))
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  const forget = undoAtExit(remove)
  return {
    path,
    [Symbol.dispose]() {
      forget()
      remove()
    },
  }
}
