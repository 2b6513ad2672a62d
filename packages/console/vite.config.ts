import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defaultClientConditions, defineConfig } from 'vite'

/** The platform that the development server and the preview speak to. */
const platformUrl = process.env.PILEUS_URL ?? 'http://127.0.0.1:8080'

const restPaths = [
  '/alarm',
  '/devicecontrol',
  '/event',
  '/health',
  '/identity',
  '/inventory',
  '/measurement',
  '/service',
  '/tenant',
  '/user',
]
const proxy = Object.fromEntries(restPaths.map((path) => [path, platformUrl]))

/** What the platform sends with the site, so that the preview refuses what a browser will refuse. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/**
 * The words of React Aria in the languages that the console does not speak stay out of the bundle:
 * a seventh of it. `console.tsx` fixes the language that is left.
 */
const englishOnly: Plugin = {
  name: 'english-only',
  load: {
    filter: {
      id: /react-(?:aria|stately|aria-components)\/dist\/private\/intl\/.*[a-z]{2}-[A-Z]{2}\.m?js$/,
    },
    handler: (id) => (id.includes('/en-US.') ? undefined : 'export default undefined'),
  },
}

export default defineConfig({
  base: '/console/',
  plugins: [react(), englishOnly],
  resolve: { conditions: ['@pileus/source', ...defaultClientConditions] },
  build: {
    outDir: 'dist/site',
    // Where light-dark() and the rest of the style sheets work as written.
    target: ['chrome125', 'firefox128', 'safari17.5'],
    // Nothing inline: neither scripts nor data in place of files.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy },
  preview: { proxy, headers: { 'Content-Security-Policy': contentSecurityPolicy } },
})
