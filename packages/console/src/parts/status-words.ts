import type { IconName } from '../visual/icon.tsx'

export type Tone =
  | 'critical'
  | 'major'
  | 'minor'
  | 'warning'
  | 'success'
  | 'maintenance'
  | 'unknown'

export interface StatusRow {
  readonly word: string
  readonly icon: IconName
  readonly tone: Tone
}

/** Word, shape and colour of every status that the console shows (console §3.11). */
export const statusWords = {
  registration: {
    WAITING_FOR_CONNECTION: { word: 'Waiting for connection', icon: 'hourglass', tone: 'unknown' },
    PENDING_ACCEPTANCE: { word: 'Pending acceptance', icon: 'hand', tone: 'warning' },
    ACCEPTED: { word: 'Accepted', icon: 'check', tone: 'success' },
    BLOCKED: { word: 'Blocked', icon: 'lock', tone: 'critical' },
  },
  operation: {
    PENDING: { word: 'Pending', icon: 'clock', tone: 'unknown' },
    EXECUTING: { word: 'Executing', icon: 'halfCircle', tone: 'warning' },
    SUCCESSFUL: { word: 'Successful', icon: 'check', tone: 'success' },
    FAILED: { word: 'Failed', icon: 'cross', tone: 'critical' },
    // A failure that the operator asked for (device-management §3.3).
    CANCELLED: { word: 'Cancelled', icon: 'cancelled', tone: 'unknown' },
  },
  alarmSeverity: {
    CRITICAL: { word: 'Critical', icon: 'octagon', tone: 'critical' },
    MAJOR: { word: 'Major', icon: 'triangle', tone: 'major' },
    MINOR: { word: 'Minor', icon: 'diamond', tone: 'minor' },
    WARNING: { word: 'Warning', icon: 'circle', tone: 'warning' },
  },
  alarmStatus: {
    ACTIVE: { word: 'Active', icon: 'bell', tone: 'minor' },
    ACKNOWLEDGED: { word: 'Acknowledged', icon: 'bellCheck', tone: 'unknown' },
    CLEARED: { word: 'Cleared', icon: 'bellOff', tone: 'success' },
  },
  send: {
    AVAILABLE: { word: 'Online', icon: 'arrowUp', tone: 'success' },
    UNAVAILABLE: { word: 'Offline', icon: 'arrowUpBroken', tone: 'critical' },
    UNKNOWN: { word: 'Unknown', icon: 'arrowUpDotted', tone: 'unknown' },
    NOT_MONITORED: { word: 'Not monitored', icon: 'arrowUpHollow', tone: 'unknown' },
    MAINTENANCE: { word: 'Maintenance', icon: 'wrench', tone: 'maintenance' },
  },
  push: {
    CONNECTED: { word: 'Connected', icon: 'arrowDown', tone: 'success' },
    DISCONNECTED: { word: 'Disconnected', icon: 'arrowDownBroken', tone: 'critical' },
    UNKNOWN: { word: 'Unknown', icon: 'arrowDownDotted', tone: 'unknown' },
    MAINTENANCE: { word: 'Maintenance', icon: 'wrench', tone: 'maintenance' },
  },
} as const satisfies Record<string, Record<string, StatusRow>>

export type StatusConcept = keyof typeof statusWords
export type StatusOf<Concept extends StatusConcept> = keyof (typeof statusWords)[Concept]
