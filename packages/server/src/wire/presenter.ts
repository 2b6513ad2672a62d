import type { Eventually, TenantId } from '@pileus/domain'
import type { WirePacketRepresentation, WireStateRepresentation } from '@pileus/rest-contract'
import { formatDate } from '@pileus/rest-contract'
import type { RequestTemplates } from '@pileus/smartrest'
import { parseClientId } from '../device-gateway/client-id.ts'
import { routeTopic } from '../device-gateway/route-topic.ts'
import type { Capture } from './capture.ts'
import { presentEntry } from './present-entry.ts'
import { identifierOf } from './wire.ts'
import type { WireEntry } from './wire-entry.ts'

/** What is not in the packets themselves. */
export interface LooksUp {
  /** The object with this external id of type `c8y_Serial`. */
  findDeviceId(tenantId: TenantId, deviceIdentifier: string): Eventually<string | undefined>
  /** How rows of a template collection are read; `undefined` where it is not known. */
  findTemplates(tenantId: TenantId, xId: string): Eventually<RequestTemplates | undefined>
}

/** Decodes the packets of one tenant for one answer: what it has looked up, it does not ask again. */
export class Presenter {
  readonly #lookUp: LooksUp
  readonly #tenantId: TenantId
  readonly #deviceIds = new Map<string, string | undefined>()
  readonly #templates = new Map<string, RequestTemplates | undefined>()

  constructor(lookUp: LooksUp, tenantId: TenantId) {
    this.#lookUp = lookUp
    this.#tenantId = tenantId
  }

  async present(entries: readonly WireEntry[]): Promise<readonly WirePacketRepresentation[]> {
    const packets: WirePacketRepresentation[] = []
    for (const entry of entries) {
      const deviceId = await this.#deviceIdOf(identifierOf(entry.clientId))
      packets.push(presentEntry(entry, { deviceId, templates: await this.#templatesOf(entry) }))
    }
    return packets
  }

  async presentState(capture: Capture): Promise<WireStateRepresentation> {
    const { deviceIdentifier, isConnected, keepAlives, lastKeepAlive, since, until } = capture
    const deviceId = await this.#deviceIdOf(deviceIdentifier)
    return {
      clientId: deviceIdentifier,
      ...(deviceId !== undefined && { deviceId }),
      isConnected,
      capturedSince: formatDate(since),
      capturedUntil: formatDate(until),
      keepAlives,
      ...(lastKeepAlive !== undefined && { lastKeepAlive: formatDate(lastKeepAlive) }),
    }
  }

  async #deviceIdOf(deviceIdentifier: string): Promise<string | undefined> {
    if (this.#deviceIds.has(deviceIdentifier)) return this.#deviceIds.get(deviceIdentifier)
    const found = await this.#lookUp.findDeviceId(this.#tenantId, deviceIdentifier)
    this.#deviceIds.set(deviceIdentifier, found)
    return found
  }

  async #templatesOf(entry: WireEntry): Promise<RequestTemplates | undefined> {
    const xId = collectionOf(entry)
    if (xId === undefined) return undefined
    if (this.#templates.has(xId)) return this.#templates.get(xId)
    const found = await this.#lookUp.findTemplates(this.#tenantId, xId)
    this.#templates.set(xId, found)
    return found
  }
}

/** The X-ID of the collection that the rows of a message are read with. */
function collectionOf({ direction, content, clientId }: WireEntry): string | undefined {
  if (direction === 'out' || content.packet !== 'PUBLISH') return undefined
  const route = routeTopic(content.topic)
  if (route.kind === 'custom') return route.template
  if (route.kind !== 'default') return undefined
  const parsed = parseClientId(clientId, 4)
  return parsed.kind === 'device' ? parsed.defaultTemplate : undefined
}
