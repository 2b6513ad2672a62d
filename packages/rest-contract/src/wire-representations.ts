/*
 * What the live wire shows of one connection: its packets, and what became of them (console §5.21,
 * §6.2). Times are ISO 8601 texts with ms, or durations in ms where the name says so.
 */

export type WirePacketName =
  | 'CONNECT'
  | 'CONNACK'
  | 'PUBLISH'
  | 'PUBACK'
  | 'PUBREC'
  | 'PUBREL'
  | 'PUBCOMP'
  | 'SUBSCRIBE'
  | 'SUBACK'
  | 'UNSUBSCRIBE'
  | 'UNSUBACK'
  | 'DISCONNECT'
  /** No packet: the connection ended without a DISCONNECT. */
  | 'CLOSE'

/** One packet. Members that its kind does not have are absent. */
export interface WirePacketRepresentation {
  /** Ascending, also over a restart of the platform; not without gaps. */
  readonly seq: number
  readonly time: string
  readonly dir: 'in' | 'out'
  readonly clientId: string
  /** Absent while there is no such device. */
  readonly deviceId?: string
  /** Which connection of the device. */
  readonly session: string
  readonly packet: WirePacketName
  readonly topic?: string
  readonly qos?: number
  readonly retain?: boolean
  readonly dup?: boolean
  /** The packet id. */
  readonly mid?: number
  /** Bytes of the payload. */
  readonly size?: number
  readonly payload?: WirePayloadRepresentation
  readonly timing?: WireTimingRepresentation
  readonly rows?: readonly WireRowRepresentation[]
  /** A PUBLISH that no packet carried: the will of a client that has gone. */
  readonly isWill?: true
  /** Recognised as a repetition of a message that is stored already: without effect. */
  readonly isDuplicate?: true
  /** What becomes of it is not known yet. */
  readonly isPending?: true
  /** It was kept because something in it was refused; nobody watched, so its neighbours are lost. */
  readonly isAlone?: true
  /** Why a PUBLISH was sent. */
  readonly cause?:
    | { readonly kind: 'reply'; readonly seq: number }
    | { readonly kind: 'operation'; readonly id: string; readonly href: string }
  readonly filters?: readonly { readonly filter: string; readonly qos?: number }[]
  /** Granted QoS or 128, one for each filter. */
  readonly codes?: readonly number[]
  readonly connect?: WireConnectRepresentation
  /** Of CONNACK, or of a CONNECT that was refused. */
  readonly returnCode?: number
  /** Why CONNECT was refused or the connection ended; one sentence. */
  readonly reason?: string
  readonly ending?: WireEndingRepresentation
}

export interface WirePayloadRepresentation {
  readonly encoding: 'utf8' | 'base64'
  /** Empty where it is masked. */
  readonly text: string
  readonly truncated: boolean
  /** It may hold a secret, so it was never kept. */
  readonly masked: boolean
}

export interface WireTimingRepresentation {
  /** From the arrival until all rows were read and performed. */
  readonly decodeMs?: number
  /** From there until the effects were durable. */
  readonly storeMs?: number
}

export interface WireConnectRepresentation {
  readonly user?: string
  readonly protocol?: 'MQTT 3.1' | 'MQTT 3.1.1'
  readonly transport: 'tcp' | 'websocket'
  readonly remoteAddress: string
  readonly cleanSession?: boolean
  readonly keepAliveSeconds?: number
  readonly will?: { readonly topic: string; readonly qos: number; readonly retain: boolean }
}

export interface WireEndingRepresentation {
  /** Stable name of the reason, as in the log. */
  readonly code: string
  readonly durationMs: number
  readonly publishesIn: number
  readonly publishesOut: number
  readonly publishesDropped: number
  /** What became of the will. */
  readonly will: string
}

/** One row of a payload. Spans are places in `raw`: [start, end). */
export interface WireRowRepresentation {
  readonly line: number
  readonly raw: string
  readonly template?: {
    readonly kind: 'static' | 'custom' | 'json'
    readonly collection?: string
    readonly msgId: string
    readonly name: string
    readonly summary?: string
  }
  readonly columns: readonly WireColumnRepresentation[]
  /** The REST call to the same effect, and what the row does beyond that. */
  readonly request?: {
    readonly method: string
    readonly path: string
    readonly body?: unknown
    readonly action?: string
    readonly onlyIfAbsent?: true
    readonly remove?: readonly string[]
    readonly values?: unknown
    readonly list?: readonly string[]
    readonly groups?: unknown
    readonly reply?: string
  }
  /** The operation, or the values by name of a reply, that a row to the device carries. */
  readonly content?: unknown
  /** The effect that the row is for; null where it had none or failed. */
  readonly outcome?: WireOutcomeRepresentation | null
  /** All effects, where there are several. */
  readonly effects?: readonly WireOutcomeRepresentation[]
  /** What the device was told because of it. */
  readonly responses?: readonly { readonly topic: string; readonly text: string }[]
  readonly error?: WireErrorRepresentation
}

export interface WireColumnRepresentation {
  readonly index: number
  readonly name?: string
  readonly type?: string
  readonly span?: readonly [start: number, end: number]
  readonly raw: string
  readonly value?: unknown
  readonly defaulted?: string
}

export interface WireOutcomeRepresentation {
  readonly status: number
  readonly api: string
  /** Absent where nothing was stored, as in the mode TRANSIENT. */
  readonly id?: string
  readonly href?: string
}

export interface WireErrorRepresentation {
  /** That of the error line; 0 for JSON topics. */
  readonly code: number
  readonly text: string
  /** 0 is the message id. */
  readonly column?: number
  readonly span: readonly [start: number, end: number]
  readonly hint?: string
}

/** What is known of a device beside its packets. */
export interface WireStateRepresentation {
  readonly clientId: string
  readonly deviceId?: string
  readonly isConnected: boolean
  /** Since when every packet is kept. */
  readonly capturedSince: string
  /** Until when, unless somebody looks again. */
  readonly capturedUntil: string
  /** Keep-alives of the present session, which are counted and not shown. */
  readonly keepAlives: number
  readonly lastKeepAlive?: string
}

/** An answer of `GET /service/console/wire`. */
export interface WireRepresentation {
  /** In the order of `seq`. */
  readonly packets: readonly WirePacketRepresentation[]
  /** What to give as `since` the next time. */
  readonly next: number
  /** Packets between `since` and the first one here are not kept any more. */
  readonly hasGap: boolean
  /** Of the device that was asked for. */
  readonly state?: WireStateRepresentation
}

/** The events of `GET /service/console/wire/stream` and the JSON that each carries. */
export interface WireEvents {
  /** `id` is its `seq`. One that was pending may come again with what became of it. */
  readonly packet: WirePacketRepresentation
  /** At the beginning, and when something in it has changed. */
  readonly state: WireStateRepresentation
  /** Packets are missing before the next one: the reader was slow, or the platform restarted. */
  readonly lost:
    | { readonly reason: 'overwritten'; readonly count: number }
    | { readonly reason: 'restart' }
  /** The last one: why the stream ends. */
  readonly error: { readonly reason: 'slow' | 'access' | 'stopping' }
}
