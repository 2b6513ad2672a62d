/*
 * Characters that have no shape of their own but move or hide what is around them: controls without
 * tab and line feed, marks and overrides of direction, separators of lines, and invisible fillers.
 * Joiners stay: scripts and emoji need them.
 */
const invisible =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u061c|\u034f/gu

/**
 * The text of a device with such characters in writing, `⟨U+202E⟩`, so that it cannot rearrange the
 * page or pretend to be another text. A carriage return before a line feed is a part of it.
 */
export function revealControls(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(invisible, (character) => {
      const code = character.codePointAt(0) ?? 0
      return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
    })
}
