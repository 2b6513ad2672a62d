/** What the console may do: load its own files and speak to its own host, nothing inline. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/**
 * On every answer of the console, redirects included.
 *
 * @see security §9.3
 */
export const siteHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const

/** How long an answer may be kept. */
export const cacheControl = {
  /** Its name changes with its content. */
  hashed: 'public, max-age=31536000, immutable',
  /** May be kept, and is asked for again each time. */
  named: 'no-cache',
  /** The page itself, redirects and refusals. */
  page: 'no-store',
} as const
