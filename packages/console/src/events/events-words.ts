import type { EventPeriod } from './events-search.ts'

/** The words of the tab. */
export const eventsWords = {
  list: 'Events',
  reading: 'Reading the events',
  elsewhere: 'From the address of this page',
  typeLabel: 'Type of the events',
  typePlaceholder: 'Exact type, as c8y_LocationUpdate',
  periodLabel: 'Show events of',
  periods: {
    ANY: 'Any time',
    HOUR: 'Last hour',
    DAY: '24 hours',
    WEEK: '7 days',
    BETWEEN: 'Between…',
  } satisfies Record<EventPeriod, string>,
  from: 'From',
  to: 'Until',
  backwards: 'This is before the beginning.',
  empty: {
    title: 'No events yet',
    why: 'What the device reports with rows 400 to 402, as JSON or over REST appears here.',
  },
  filtered: {
    title: 'No event is like that',
    clear: 'Clear filters',
    why: (type: string | undefined, period: string | undefined) =>
      [
        'Shown are only events',
        ...(type === undefined ? [] : [`of type ${type}`]),
        ...(period === undefined ? [] : [`of the chosen period (${period.toLowerCase()})`]),
      ].join(' '),
  },
  onlyType: 'Only this type',
  facts: {
    type: 'Type',
    time: 'Time of the device',
    received: 'Received',
    position: 'Position',
    changed: 'Last change',
    id: 'Id',
  },
  skew: (span: string, isAhead: boolean) =>
    isAhead
      ? `The time of the device is ${span} ahead: its clock may be wrong.`
      : `It was received ${span} later: it was kept back, or the clock of the device is wrong.`,
} as const
