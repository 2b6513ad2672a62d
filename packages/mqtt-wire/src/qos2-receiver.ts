/** What to do about a PUBLISH with QoS 2. */
export type Qos2PublishStep =
  /** First time: perform it, then call `committed`. */
  | 'perform'
  /** It is being performed; its PUBREC will answer this one too. */
  | 'wait'
  /** Performed before: answer PUBREC again, without effect. */
  | 'repeatPubrec'
  /** More ids await their PUBREL than this receiver keeps. */
  | 'tooMany'

/** What to do about a PUBREL. */
export type PubrelStep =
  /** The id is free again: answer PUBCOMP. */
  | 'complete'
  /** No such id is open, e.g. a PUBREL repeated after its PUBCOMP: answer PUBCOMP. */
  | 'unknown'
  /** It came before our PUBREC: the client breaks the protocol. */
  | 'tooEarly'

/**
 * The receiving side of QoS 2 in one session: every message has its effect once.
 *
 * ```
 *                PUBLISH            committed           PUBREL
 *   (unknown) ─────────▶ performing ────────▶ performed ──────▶ (unknown)
 *                perform            PUBREC              PUBCOMP
 * ```
 *
 * The effect happens when PUBLISH arrives, and PUBREC follows its commit.
 *
 * @see MQTT 3.1.1 §4.3.3, method B; reliability; mqtt-endpoint §5.7
 */
export class Qos2Receiver {
  readonly #openIdsMax: number
  /** By packet id, whether it is performed. Absent until QoS 2 is used, as most devices do not. */
  #performed: Map<number, boolean> | undefined

  constructor(options: { readonly openIdsMax: number }) {
    this.#openIdsMax = options.openIdsMax
  }

  /** Ids between PUBLISH and PUBREL. */
  get openIds(): number {
    return this.#performed?.size ?? 0
  }

  onPublish(packetId: number): Qos2PublishStep {
    const isPerformed = this.#performed?.get(packetId)
    if (isPerformed !== undefined) return isPerformed ? 'repeatPubrec' : 'wait'
    if (this.openIds >= this.#openIdsMax) return 'tooMany'
    this.#performed ??= new Map()
    this.#performed.set(packetId, false)
    return 'perform'
  }

  /**
   * The effects of the PUBLISH are durable, or its failure is decided.
   *
   * Gives `pubrec`, which is the answer to send, or `unknown` where nothing was being performed.
   */
  committed(packetId: number): 'pubrec' | 'unknown' {
    if (this.#performed?.get(packetId) !== false) return 'unknown'
    this.#performed.set(packetId, true)
    return 'pubrec'
  }

  onPubrel(packetId: number): PubrelStep {
    const isPerformed = this.#performed?.get(packetId)
    if (isPerformed === undefined) return 'unknown'
    if (!isPerformed) return 'tooEarly'
    this.#performed?.delete(packetId)
    return 'complete'
  }
}
