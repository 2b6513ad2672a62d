/**
 * The net below the `Secret` type: blanks what looks like a secret in text of any origin, such as
 * messages of errors (security S-11.12). Linear in the length of the text.
 */
export function redact(text: string): string {
  if (!suspicious.test(text)) return text
  let redacted = text
  for (const [form, replacement] of nets) redacted = redacted.replace(form, replacement)
  return redacted
}

const suspicious = /\b7[01],|\bBearer|\bBasic|eyJ|PRIVATE KEY|:\/\//i

const nets: readonly (readonly [RegExp, string])[] = [
  // The rows that hand out credentials and tokens (registration §3, mqtt-endpoint §11).
  [/\b70,[^\r\n]*/g, '70,***'],
  [/\b71,[^\r\n]*/g, '71,***'],
  [/\b(Bearer|Basic)(\s+|%20)[^\s"',;]+/gi, '$1 ***'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '***'],
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    '***',
  ],
  // Addresses with a user and a password in them.
  [/:\/\/[^\s/@:]*:[^\s/@]*@/g, '://***@'],
]
