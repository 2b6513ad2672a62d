// aedes as a program of its own, as its README starts it.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const broker = await Aedes.createBroker()
const server = createServer((socket) => broker.handle(socket)).listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('no port was given')
console.log(`listening on ${address.port}`)

process.once('SIGTERM', () => process.exit(0))
