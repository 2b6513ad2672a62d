import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'

/** A file that may hold secrets. */
export interface PrivateFile {
  readonly text: string
  /** No access for group and others; always so where the system has no such bits. */
  readonly isPrivate: boolean
}

/**
 * Reads a small text file together with its protection, from one descriptor, so that nobody can
 * exchange the file between the two looks. `undefined` when there is none; throws the system's
 * error when it cannot be read.
 */
export function readPrivateFile(path: string): PrivateFile | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    const isPrivate = process.platform === 'win32' || (fstatSync(file).mode & 0o077) === 0
    return { text: readFileSync(file, 'utf8'), isPrivate }
  } finally {
    closeSync(file)
  }
}
