import { createServer } from 'node:net'

/** A port that was free a moment ago, for a server that has to come back on it. */
export async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('A port has no number')
  return address.port
}
