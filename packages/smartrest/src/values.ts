/**
 * The types of smartrest-csv §3: text to value, `undefined` where the text is refused. An empty
 * text is refused by all of them; what it means is up to the template.
 */

/** Decimal number. An integer below 2^53 is exact, everything else a double; never infinite. */
export function parseNumber(text: string): number | undefined {
  return decimal.test(text) ? finite(text) : undefined
}

/** Optional sign and digits. */
export function parseInteger(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? finite(text) : undefined
}

/** Digits, a plus sign allowed. */
export function parseUnsigned(text: string): number | undefined {
  return /^\+?\d+$/.test(text) ? finite(text) : undefined
}

/** `true` or `false` in any case. */
export function parseBoolean(text: string): boolean | undefined {
  switch (text.toLowerCase()) {
    case 'true':
      return true
    case 'false':
      return false
    default:
      return undefined
  }
}

/**
 * Instant in ms since 1970, further digits cut off. Without an offset the text is in UTC.
 * Impossible dates and instants outside the years 1970 to 2100 are refused.
 */
export function parseTime(text: string): number | undefined {
  const match = iso8601.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset = 'Z'] = match
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  )
  // The 31st of a shorter month has become a day of the next one.
  if (new Date(local).getUTCDate() !== Number(day)) return undefined
  const instant = local - offsetMinutes(offset) * 60_000
  return instant >= 0 && instant < endOfYear2100 ? instant : undefined
}

/** `YYYY-MM-DDThh:mm:ss.sssZ` of an instant in ms that {@link parseTime} could have returned. */
export function formatInstant(instant: number): string {
  return new Date(instant).toISOString()
}

// Digits never stand beside digits in the pattern, so that it cannot backtrack: `1.` is read too.
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

function finite(text: string): number | undefined {
  const number = Number(text)
  // JSON has one zero only.
  return Number.isFinite(number) ? number + 0 : undefined
}

/**
 * Years are narrowed to those that some offset can bring into 1970–2100. A comma before the
 * fraction can only arrive inside quotes.
 */
const iso8601 = new RegExp(
  [
    /^(19[67]\d|19[89]\d|20\d\d|210[01])-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/,
    /T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?/,
    /(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/,
  ]
    .map((part) => part.source)
    .join(''),
)

const endOfYear2100 = Date.UTC(2101, 0, 1)

/** `Z`, `±hh`, `±hhmm` or `±hh:mm`. */
function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', ''))
  return offset.startsWith('-') ? -minutes : minutes
}
