export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

interface LogEventRow {
  readonly level: LogLevel
  /** One sentence, the same in every line of this event. */
  readonly msg: string
  /** For the operator: when it is written, and what to do, if anything. */
  readonly meaning: string
  /** More in one second are counted instead of written, since somebody outside can cause them. */
  readonly perSecondMax?: number
}

/** Everything that the platform ever logs, by its stable id (reliability ). */
export const logEvents = {
  'platform.starting': {
    level: 'info',
    msg: 'The platform starts.',
    meaning: 'First line of a run, with the version.',
  },
  'platform.ready': {
    level: 'info',
    msg: 'All listeners accept.',
    meaning: 'The addresses in use are in the line.',
  },
  'platform.draining': {
    level: 'info',
    msg: 'The platform was asked to stop and closes its connections.',
    meaning: 'After SIGTERM or SIGINT; nothing that was acknowledged is lost.',
  },
  'platform.stopped': {
    level: 'info',
    msg: 'The platform has stopped.',
    meaning: 'Last line of an orderly run.',
  },
  'platform.stopIncomplete': {
    level: 'error',
    msg: 'The platform stops before it has finished.',
    meaning: 'Draining took too long or a second signal came; what was acknowledged is safe.',
  },
  'platform.failed': {
    level: 'fatal',
    msg: 'The platform cannot go on.',
    meaning: 'The error is in the line, and the exit code tells its kind.',
  },
  'keys.generated': {
    level: 'warn',
    msg: 'A master key was generated.',
    meaning:
      'First start. Keep a copy of the key apart from backups of the data: without it they are useless, and whoever has both can check passwords.',
  },
  'instance.created': {
    level: 'info',
    msg: 'Tenants, administrators and the bootstrap user were created.',
    meaning: 'First start. Generated passwords are shown on standard output only, and only now.',
  },
  'mqtt.connected': {
    level: 'info',
    msg: 'A client connected.',
    meaning: 'CONNECT was accepted.',
  },
  'mqtt.refused': {
    level: 'warn',
    msg: 'A client was refused.',
    meaning: 'CONNECT was answered with the code in the line, for the reason in the line.',
    perSecondMax: 100,
  },
  'mqtt.closed': {
    level: 'info',
    msg: 'A connection ended.',
    meaning: 'Every connection has one such line, with reason, duration and counts.',
  },
  'mqtt.failed': {
    level: 'error',
    msg: 'A connection met a failure of the platform.',
    meaning: 'A bug or a storage failure; the message was not acknowledged.',
    perSecondMax: 100,
  },
  'gateway.failed': {
    level: 'error',
    msg: 'A message or an operation met a failure of the platform.',
    meaning: 'A bug or a storage failure; the device repeats what was not acknowledged.',
    perSecondMax: 100,
  },
  'wire.watched': {
    level: 'info',
    msg: 'Somebody began to watch the packets of a device.',
    meaning:
      'Its payloads are kept in memory from now on, until an hour after the last look. They are never logged.',
  },
  'login.refused': {
    level: 'warn',
    msg: 'A login was refused.',
    meaning: 'Wrong secret, token or user, disabled, throttled or busy; over any channel.',
    perSecondMax: 100,
  },
  'login.flooded': {
    level: 'warn',
    msg: 'Wrong passwords arrive from everywhere.',
    meaning: 'More than the limit of the instance in a second: look at the sources.',
    perSecondMax: 1,
  },
  'user.accessChanged': {
    level: 'info',
    msg: 'Access of a user changed and its sessions ended.',
    meaning: 'It was deleted or disabled, or has a new secret.',
  },
  'registration.changed': {
    level: 'info',
    msg: 'A device registration changed.',
    meaning:
      'Created, polled, accepted, contested, handed out or removed; the status is in the line.',
    perSecondMax: 500,
  },
  'storage.behind': {
    level: 'warn',
    msg: 'The storage is behind, and sockets are paused.',
    meaning: 'The disk is slower than what arrives; nothing is lost.',
    perSecondMax: 1,
  },
  'storage.caughtUp': {
    level: 'info',
    msg: 'The storage has caught up.',
    meaning: 'Sockets are read again.',
    perSecondMax: 1,
  },
  'storage.failed': {
    level: 'fatal',
    msg: 'The storage failed.',
    meaning: 'Nothing more is acknowledged, and the process ends: look at the disk.',
  },
  'http.request': {
    level: 'info',
    msg: 'A request was answered.',
    meaning: 'Method, route, status and duration; a sample when there are many.',
    perSecondMax: 100,
  },
  'http.failed': {
    level: 'error',
    msg: 'A request met a failure of the platform.',
    meaning: 'Answered with 500 and the trace id of this line.',
    perSecondMax: 100,
  },
  'health.changed': {
    level: 'warn',
    msg: 'The state of a health check changed.',
    meaning: 'The check and its new state are in the line.',
    perSecondMax: 20,
  },
} as const satisfies Record<string, LogEventRow>

export type LogEventId = keyof typeof logEvents

/** The row with its optional members. */
export function logEventRow(event: LogEventId): LogEventRow {
  return logEvents[event]
}
