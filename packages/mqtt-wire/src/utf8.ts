// `ignoreBOM` keeps a leading U+FEFF, which MQTT 3.1.1 §1.5.3 forbids to strip.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The text in `bytes` from `start` up to `end`, or `undefined` where it is not UTF-8. */
export function parseUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch {
    // A fatal decoder has no other way to say it, and no other reason to throw.
    return undefined
  }
}

/** Lone surrogates become U+FFFD, since UTF-8 cannot express them. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/**
 * Whether the bytes are exactly `text`, for texts of ASCII; `false` for every other text.
 *
 * Saves the 160 ns of `parseUtf8` for a text that repeats, and needs no copy of its bytes.
 */
export function equalsAscii(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit !== bytes[start + index] || unit > 0x7f) return false
  }
  return true
}
