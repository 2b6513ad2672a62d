import type { IconName } from '../visual/icon.tsx'
import { formatOperationRow } from './format-operation-row.ts'
import type { Operation } from './operation.ts'
import { fragmentsOf, isAddedMember, isObject, retryBody } from './operation.ts'
import type { JsonProblem } from './parse-json-text.ts'
import { parseJsonText } from './parse-json-text.ts'

/** What is asked of `POST /devicecontrol/operations`. */
export type OperationBody = Readonly<Record<string, unknown>>

export interface OperationField {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly rows: number
  readonly placeholder?: string
  /** What is there before the user writes. */
  readonly initial?: string
  /** Chosen instead of being typed; its name is added to the description. */
  readonly presets?: readonly { readonly name: string; readonly value: string }[]
  /** Arrow keys lead through what was sent to the same device before. */
  readonly hasHistory?: boolean
}

export type FieldValues = Readonly<Record<string, string>>

export type BodyResult =
  | {
      readonly ok: true
      readonly body: OperationBody
      /** What is to be known before it is sent. */
      readonly remarks: readonly string[]
    }
  | {
      readonly ok: false
      /** Absent while there is nothing to complain about yet. */
      readonly problem?: string
      readonly place?: JsonProblem
    }

/** A kind of operation that the console offers; a later one is another row. */
export interface OperationKind {
  readonly id: string
  readonly label: string
  readonly icon: IconName
  /** Offered where the device supports it; absent: to every device. */
  readonly fragment?: string
  /** Beside the name of the device, as what will happen. */
  readonly effect: string
  readonly sendLabel: string
  /** Without fields it is confirmed in a dialog (console §3.7, level 1). */
  readonly fields: readonly OperationField[]
  readonly build: (values: FieldValues, target: OperationTarget) => BodyResult
}

export interface OperationTarget {
  readonly deviceId: string
  readonly supportedOperations: readonly string[]
}

const commandPresets = [
  { name: 'Uptime', value: 'uptime' },
  { name: 'Disk space', value: 'df -h' },
  { name: 'Memory', value: 'free -m' },
  { name: 'Network addresses', value: 'ip -brief address' },
  { name: 'Help', value: 'help' },
] as const

/** @see device-management §4 */
export const operationKinds: readonly OperationKind[] = [
  {
    id: 'restart',
    label: 'Restart',
    icon: 'refresh',
    fragment: 'c8y_Restart',
    effect:
      'It restarts as soon as it receives the operation. What it is doing is interrupted, and it is not reachable until it is back.',
    sendLabel: 'Restart device',
    fields: [],
    build: (_, { deviceId }) => ({
      ok: true,
      body: { deviceId, description: 'Restart device', c8y_Restart: {} },
      remarks: [],
    }),
  },
  {
    id: 'command',
    label: 'Shell command',
    icon: 'terminal',
    fragment: 'c8y_Command',
    effect: 'It runs the command with the rights of its agent and reports what came out.',
    sendLabel: 'Send command',
    fields: [
      {
        name: 'text',
        label: 'Command',
        hint: 'Ctrl+Enter sends. Arrow up brings back what was sent to this device from this browser.',
        rows: 3,
        placeholder: 'uptime',
        presets: commandPresets,
        hasHistory: true,
      },
    ],
    build: ({ text = '' }, { deviceId }) => {
      if (text.trim() === '') return { ok: false }
      const preset = commandPresets.find(({ value }) => value === text)
      const description = ['Execute shell command', ...(preset === undefined ? [] : [preset.name])]
      return {
        ok: true,
        body: { deviceId, description: description.join(': '), c8y_Command: { text } },
        remarks: [],
      }
    },
  },
  {
    id: 'json',
    label: 'JSON',
    icon: 'braces',
    effect:
      'It is sent the operation as it is written here, if a template or a program handles it.',
    sendLabel: 'Send operation',
    fields: [
      {
        name: 'json',
        label: 'Operation as JSON',
        hint: 'An object with at least one fragment. Ctrl+Enter sends. The id of the device is added.',
        rows: 8,
        initial: '{\n  "description": "",\n  "": {}\n}',
      },
    ],
    build: ({ json = '' }, target) => buildFromJson(json, target),
  },
]

function buildFromJson(
  json: string,
  { deviceId, supportedOperations }: OperationTarget,
): BodyResult {
  const parsed = parseJsonText(json)
  if (!parsed.ok) {
    const { line, column, words } = parsed.problem
    return {
      ok: false,
      problem: `Line ${line}, column ${column}: ${words}`,
      place: parsed.problem,
    }
  }
  const { value } = parsed
  if (!isObject(value)) {
    return { ok: false, problem: 'An operation is an object: it begins with { and ends with }.' }
  }
  if (value['deviceId'] !== undefined && value['deviceId'] !== deviceId) {
    return { ok: false, problem: '"deviceId" names another device. Leave it out: it is added.' }
  }
  const names = Object.keys(fragmentsOf(value))
  if (names.includes('')) return { ok: false, problem: 'A fragment has no name: "" is empty.' }
  if (names.length === 0) {
    return {
      ok: false,
      problem: 'It asks for nothing yet: it needs at least one fragment besides "description".',
    }
  }
  const leftOut = Object.keys(value).filter(isAddedMember)
  const isKnown = names.some((name) => supportedOperations.includes(name))
  return {
    ok: true,
    body: { ...retryBody(value), deviceId },
    remarks: [
      ...(leftOut.length === 0
        ? []
        : [`Left out, since the platform sets it: ${leftOut.join(', ')}.`]),
      ...(isKnown ? [] : ['The device does not say that it supports this; it may never answer.']),
    ],
  }
}

/** `c8y_SupportedOperations` of a device, as far as it is a list of texts. */
export function supportedOperationsOf(
  device: Readonly<Record<string, unknown>>,
): readonly string[] {
  const list = device['c8y_SupportedOperations']
  return Array.isArray(list) ? list.filter((name: unknown) => typeof name === 'string') : []
}

/** Why a kind is not offered; undefined where it is (console §3.9). */
export function explainUnsupported(
  { label, fragment }: Pick<OperationKind, 'label' | 'fragment'>,
  supportedOperations: readonly string[],
): string | undefined {
  if (fragment === undefined || supportedOperations.includes(fragment)) return undefined
  const said =
    supportedOperations.length === 0
      ? 'It has not said what it supports.'
      : `It supports ${formatList(supportedOperations)}.`
  return `${label} is offered when the device names ${fragment} among its supported operations (row 114). ${said}`
}

const namedMax = 8

function formatList(names: readonly string[]): string {
  const others = names.length - namedMax
  const shown = names.slice(0, namedMax).join(', ')
  return others > 0 ? `${shown} and ${others} more` : shown
}

/** What is known of the way to the device when something is sent to it. */
export type Reach = 'away' | 'unknown'

export const reachWords = {
  away: 'The device is not connected: earlier operations wait for it. This one waits too, and is sent after them when the device comes.',
  unknown: 'If the device is not connected, the operation waits until the device comes.',
} as const satisfies Record<Reach, string>

/** What is pushed to a connected device is pushed within this time. */
const pushedWithinMs = 5_000

/** An operation that could not be pushed tells that the device is not connected. */
export function reachOf(pending: readonly Operation[], now: number): Reach {
  const isAway = pending.some(
    (operation) =>
      operation.status === 'PENDING' &&
      operation.delivery === undefined &&
      now - Date.parse(operation.creationTime) > pushedWithinMs &&
      // What no row says is not pushed to anybody.
      formatOperationRow(operation, operation.deviceId, {}) !== undefined,
  )
  return isAway ? 'away' : 'unknown'
}
