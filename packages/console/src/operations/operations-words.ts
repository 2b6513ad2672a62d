/** The words of the tab. */
export const operationsWords = {
  timeline: 'Operations',
  reading: 'Reading the operations',
  filterLabel: 'Show operations that are',
  elsewhere: 'From the address of this page',
  empty: {
    title: 'Nothing has been asked of this device',
    why: 'What the device is asked to do appears here, with each step from the request to the result.',
  },
  filtered: {
    title: 'No operation is like that',
    clear: 'Clear filters',
    why: (statuses: readonly string[]) => `Shown are only operations that are ${either(statuses)}.`,
  },
  news: (sentence: string, status: string) => `${shorten(sentence)}: ${status.toLowerCase()}.`,
  newOperation: {
    title: 'New operation',
    close: 'Close',
    created: (sentence: string) => `${shorten(sentence)}: requested.`,
    nothingYet: 'Write something first.',
    presets: 'Commands that are often used',
    forget: 'Forget the commands',
    forgotten: 'The commands sent to this device are forgotten.',
    noAgentTitle: 'Nobody can receive operations of this device.',
    noAgent:
      'Neither it nor a device above it is an agent (com_cumulocity_model_Agent), so there is no connection that an operation could be sent to. A device becomes an agent when it connects with credentials of its own.',
  },
  details: {
    transcript: (command: string) => `Result of ${shorten(command)}`,
    noResult: 'Nothing has come back yet.',
    emptyResult: 'The command has written nothing.',
    copyResult: 'Copy result',
    trace: 'Trace',
    reading: 'Reading the trace',
  },
  cancel: {
    button: 'Cancel operation',
    title: 'Cancel this operation?',
    confirm: 'Cancel operation',
    keep: 'Keep it',
    pending: (device: string) =>
      `${device} has not begun. The operation ends as cancelled and is not sent again.`,
    executing: (device: string) =>
      `${device} is not told: it goes on with what it is doing. Only the record ends as cancelled, and a result that comes later is not kept.`,
    done: 'The operation is cancelled.',
    overtaken: (status: string) =>
      `Nothing was cancelled: meanwhile the operation has ended as ${status.toLowerCase()}.`,
  },
  retry: {
    button: 'Retry',
    again: 'Ask again',
    title: (device: string) => `Ask ${device} again?`,
    effect: 'A new operation with the same fragments is created; this one stays as it is.',
  },
  waited: (span: string, isRunning: boolean) => `${isRunning ? 'waiting' : 'waited'} ${span}`,
  executed: (span: string, isRunning: boolean) => `${isRunning ? 'running' : 'took'} ${span}`,
} as const

const shownChars = 80

/** Texts of devices have any length; what is spoken or noted in passing has not. */
function shorten(text: string): string {
  const characters = Array.from(text)
  return characters.length <= shownChars ? text : `${characters.slice(0, shownChars - 1).join('')}…`
}

function either(names: readonly string[]): string {
  const words = names.map((name) => name.toLowerCase())
  return words.length <= 1 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
