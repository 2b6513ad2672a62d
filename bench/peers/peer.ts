import type { Login } from '../load-generator/requests.ts'

/** A server that can be put under load. */
export interface Peer {
  readonly name: string
  /** Name and version, with what is worth knowing about its configuration. */
  readonly description: string
  readonly start: (core: number | undefined) => Promise<RunningPeer>
}

/** A fresh one, without any data of an earlier run. */
export interface RunningPeer extends AsyncDisposable {
  readonly pid: number
  readonly host: string
  readonly port: number
  /** For so many connections, each of them somebody else. */
  readonly logins: (count: number) => readonly Login[]
  /** Has it throw away what nobody holds any more; absent where memory is given back at once. */
  readonly collectGarbage?: () => Promise<void>
  /** Rows that it has stored and gives out again; absent where nothing is stored. */
  readonly countRows?: () => Promise<number>
}

/** Why a peer cannot take part, for the reader of the report. */
export class PeerMissingError extends Error {}

/** For servers that let everybody in. */
export function anonymousLogins(count: number): readonly Login[] {
  return Array.from({ length: count }, (_, index) => ({ clientId: `bench-${index}` }))
}
