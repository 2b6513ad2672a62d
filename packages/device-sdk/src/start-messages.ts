import { formatRow } from '@pileus/smartrest'
import type { ChildDevice } from './device-options.ts'
import { packRows } from './messages.ts'
import { topicOf } from './topics.ts'

export interface StartMessage {
  readonly topic: string
  readonly payload: string
}

export interface Introduction {
  readonly id: string
  readonly name?: string | undefined
  readonly type?: string | undefined
  readonly children?: readonly ChildDevice[] | undefined
  readonly requiredAvailabilityMinutes?: number | undefined
  /** Fragments of the operations that the device itself handles. */
  readonly operations: readonly string[]
}

/**
 * What a device says first on every connection: rows 100, 101, 114 and 117 for itself, 101 for what
 * is below it and 114 for those that handle operations of their own. All of it can be repeated
 * without harm (registration §1.2).
 */
export function startMessages(
  introduction: Introduction,
  packetBytesMax: number,
): readonly StartMessage[] {
  const { id, name, type, children = [], operations, requiredAvailabilityMinutes } = introduction
  const own = [
    formatRow(['100', name, type]),
    ...children.map(childRow),
    // Whoever handles none says nothing about them: another program may do that for the device.
    ...(operations.length === 0 ? [] : [formatRow(['114', ...operations])]),
    ...(requiredAvailabilityMinutes === undefined
      ? []
      : [formatRow(['117', requiredAvailabilityMinutes])]),
  ]
  const others = allChildren(children).map((child) => ({
    topic: topicOf(id, child.id),
    rows: [
      ...(child.children ?? []).map(childRow),
      ...(child.operations === undefined
        ? []
        : [formatRow(['114', ...Object.keys(child.operations)])]),
    ],
  }))
  return [{ topic: 's/us', rows: own }, ...others].flatMap(({ topic, rows }) =>
    packRows(topic, rows, packetBytesMax).map((payload) => ({ topic, payload })),
  )
}

/** All below, parents before their children. */
export function allChildren(children: readonly ChildDevice[] = []): readonly ChildDevice[] {
  return children.flatMap((child) => [child, ...allChildren(child.children)])
}

function childRow({ id, name, type }: ChildDevice): string {
  return formatRow(['101', id, name, type])
}
