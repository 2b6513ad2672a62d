import type { Cores } from '../machine.ts'
import type { Usage } from '../meter.ts'
import type { PlatformAccess } from '../platform-access.ts'
import type { Latencies } from '../statistics.ts'
import type { WorkloadName } from '../workloads.ts'

/** What a device needs to connect. */
export interface Login {
  readonly clientId: string
  readonly userName?: string
  readonly password?: string
}

/** What the load generator can be asked for, and what it reports. */
export interface Requests {
  /** Opens further connections and keeps them. */
  readonly connect: {
    readonly parameters: {
      readonly host: string
      readonly port: number
      readonly logins: readonly Login[]
      /** Connections that are being opened at the same time. */
      readonly parallel: number
      /** Subscribed to, with QoS 1, before a connection counts as open. */
      readonly filter?: string
    }
    readonly report: ConnectReport
  }
  /** Publishes one message on `s/us` of each connection and waits for the acknowledgements. */
  readonly announce: { readonly parameters: { readonly payload: string }; readonly report: object }
  /** Publishes as fast as it is acknowledged, over all connections. */
  readonly publish: {
    readonly parameters: {
      readonly workload: WorkloadName
      /** Unacknowledged messages of each connection, 1 to 512. */
      readonly inFlight: number
      readonly warmUpMs: number
      /** Measures for this long after the warm-up, or until so many messages are sent. */
      readonly until: { readonly afterMs: number } | { readonly messages: number }
      /** Its processor time is read at the beginning and the end of the measurement. */
      readonly serverPid: number
      readonly cores: Cores
    }
    readonly report: PublishReport
  }
  /** Publishes at a steady rate, one message of each connection in turn. */
  readonly pace: {
    readonly parameters: {
      readonly workload: WorkloadName
      readonly perSecond: number
      readonly warmUpMs: number
      readonly measureMs: number
    }
    readonly report: PaceReport
  }
  /** Sends operations to devices that carry them out at once. Needs subscriptions of `s/ds`. */
  readonly operate: {
    readonly parameters: {
      readonly access: PlatformAccess
      readonly perSecond: number
      readonly warmUpMs: number
      readonly measureMs: number
    }
    readonly report: OperateReport
  }
  /** Registers devices, so many at a time. */
  readonly register: {
    readonly parameters: {
      readonly access: PlatformAccess
      readonly ids: readonly string[]
      readonly parallel: number
    }
    readonly report: RegisterReport
  }
  /** Closes all connections. */
  readonly disconnect: { readonly parameters: object; readonly report: object }
}

export interface ConnectReport {
  readonly accepted: number
  /** How many were answered with this CONNACK code, or not at all. */
  readonly refused: Readonly<Record<string, number>>
  readonly durationMs: number
  readonly latencies: Latencies
}

export interface PublishReport {
  /** All of them: in the warm-up, in the measurement and after it. */
  readonly acknowledged: number
  readonly measured: Usage & { readonly acknowledged: number }
}

export interface PaceReport {
  /** All of them, with those of the warm-up. */
  readonly acknowledged: number
  /** From the moment at which a message was due to its acknowledgement, after the warm-up. */
  readonly latencies: Latencies
  /** What was reached, to be compared with what was asked for. */
  readonly perSecond: number
}

export interface OperateReport {
  /** All of them, with those of the warm-up. */
  readonly created: number
  /** From the answer 201 to the row at the device; 0 where the row was there first. */
  readonly afterAnswer: Latencies
  /** From the moment at which the request was due to the row at the device. */
  readonly afterRequest: Latencies
  readonly perSecond: number
}

export interface RegisterReport {
  readonly logins: readonly Login[]
  readonly durationMs: number
  readonly latencies: Latencies
}

export type RequestName = keyof Requests

export type ToGenerator = {
  readonly [Name in RequestName]: {
    readonly name: Name
    readonly parameters: Requests[Name]['parameters']
  }
}[RequestName]

export type FromGenerator =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly words: string }
  | { readonly kind: 'report'; readonly report: Requests[RequestName]['report'] }
  | { readonly kind: 'failed'; readonly reason: string }
