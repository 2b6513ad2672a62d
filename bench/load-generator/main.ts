// The process that plays the devices. The measurement that started it sends one request after
// the other over the message channel and waits for each report.
import type { DeviceConnection } from './device-connection.ts'
import { openConnections } from './open-connections.ts'
import { operate } from './operate.ts'
import { publishFast } from './publish-fast.ts'
import { publishPaced } from './publish-paced.ts'
import { register } from './register.ts'
import type { FromGenerator, RequestName, Requests, ToGenerator } from './requests.ts'

const connections: DeviceConnection[] = []
const progressIntervalMs = 200
let progressedAt = 0

process.on('message', (request: ToGenerator) => {
  for (const connection of connections) connection.onLost = fail
  perform(request).then(
    (report) => tell({ kind: 'report', report }),
    (error: unknown) =>
      fail(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  )
})
process.on('disconnect', () => process.exit(0))
tell({ kind: 'ready' })

async function perform(request: ToGenerator): Promise<Requests[RequestName]['report']> {
  switch (request.name) {
    case 'connect':
      return openConnections(request.parameters, connections, progress)
    case 'announce':
      await Promise.all(
        connections.map((connection) => connection.publish('s/us', request.parameters.payload)),
      )
      return {}
    case 'publish':
      return publishFast(request.parameters, connections, progress)
    case 'pace':
      return publishPaced(request.parameters, connections)
    case 'operate':
      return operate(request.parameters, connections, progress)
    case 'register':
      return register(request.parameters, progress)
    case 'disconnect':
      for (const connection of connections.splice(0)) connection.close()
      return {}
  }
}

/** Losing a single connection makes a measurement worthless. */
function fail(reason: string): void {
  tell({ kind: 'failed', reason })
}

function progress(words: string): void {
  const now = performance.now()
  if (now - progressedAt < progressIntervalMs) return
  progressedAt = now
  tell({ kind: 'progress', words })
}

function tell(message: FromGenerator): void {
  process.send?.(message)
}
