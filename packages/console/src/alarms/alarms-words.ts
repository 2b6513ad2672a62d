import type { AlarmSelection } from './alarms-search.ts'

/** The words of the tab. */
export const alarmsWords = {
  list: 'Alarms',
  reading: 'Reading the alarms',
  elsewhere: 'From the address of this page',
  severityLabel: 'Show alarms of these severities',
  selectionLabel: 'Show alarms that are',
  selections: {
    UNRESOLVED: 'Unresolved',
    ACTIVE: 'Active',
    ACKNOWLEDGED: 'Acknowledged',
    CLEARED: 'Cleared',
    ALL: 'All, with history',
  } satisfies Record<AlarmSelection, string>,
  allWell: {
    title: 'No unresolved alarms',
    why: (clock: string) => `All is well with this device. Last checked at ${clock}.`,
  },
  never: {
    title: 'No alarms',
    why: (clock: string) =>
      `The device has raised none so far, as far as they are kept. Last checked at ${clock}.`,
  },
  filtered: {
    title: 'No alarm is like that',
    why: 'Shown are only alarms of the chosen severities and status.',
    clear: 'Clear filters',
  },
  critical: (device: string, text: string) => `Critical alarm of ${device}: ${text}`,
  count: (count: number) => (count === 1 ? 'once' : `${count.toLocaleString()} times`),
  acknowledge: { button: 'Acknowledge', done: 'The alarm is acknowledged.' },
  reactivate: { button: 'Reactivate', done: 'The alarm is active again.' },
  clear: {
    button: 'Clear…',
    title: 'Clear this alarm?',
    confirm: 'Clear alarm',
    effect:
      'It counts as solved, and that is final. If the cause is still there, the device raises a new alarm.',
    done: 'The alarm is cleared.',
  },
  overtaken: (status: string) =>
    `Nothing was changed: meanwhile the alarm is ${status.toLowerCase()}.`,
  shortcuts: {
    acknowledge: 'Acknowledge the alarm',
    clear: 'Clear the alarm',
    chooseFirst: 'Choose an alarm first: with j and k, or by opening it.',
  },
  facts: {
    type: 'Type',
    last: 'Last occurrence',
    first: 'First occurrence',
    count: 'Occurrences',
    duration: 'Duration',
    changed: 'Last change',
    id: 'Id',
  },
  history: {
    title: 'Last 7 days',
    none: 'No alarms in the last 7 days.',
    lane: (span: string, periods: number) =>
      `${span} in ${periods} ${periods === 1 ? 'period' : 'periods'}`,
  },
} as const
