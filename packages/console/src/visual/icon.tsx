import type { ReactNode } from 'react'
import styles from './icon.module.css'

/*
 * Line icons of our own: 16 units, strokes of 1.5 (console §7.6). They take the colour of the text
 * around them and are always accompanied by a text or an accessible name, so they say nothing.
 */
const shapes = {
  // Navigation and shell
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  devices: <path d="M2.5 3.5h11v7h-11zM8 10.5v2.5M5.5 13h5" />,
  registration: <path d="M8 2v7M5 6l3 3 3-3M2.5 10v3.5h11V10" />,
  collapse: <path d="M9.5 4 5.5 8l4 4M13 3v10" />,
  chart: <path d="M2.5 2.5v11h11M5 10.5l2.75-3.5 2.25 2 3.5-4.5" />,
  children: (
    <path d="M5.5 2h5v3.5h-5zM1.5 10.5h5V14h-5zM9.5 10.5h5V14h-5zM8 5.5V8M4 10.5V8h8v2.5" />
  ),
  user: (
    <>
      <circle cx="8" cy="5.5" r="2.75" />
      <path d="M2.75 13.5c.5-2.8 2.5-4.25 5.25-4.25s4.75 1.45 5.25 4.25" />
    </>
  ),
  help: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M6.25 6.25a1.8 1.8 0 1 1 2.6 1.65c-.6.3-.85.6-.85 1.25M8 11.25v.1" />
    </>
  ),
  // Actions
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.25 3.25L13 4.75" />,
  copy: <path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.25 10.25 3.5 3.5" />
    </>
  ),
  trash: <path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.75 7v4M9.25 7v4" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.6-3.65M13.25 2v3h-3" />,
  edit: <path d="M3 13l.6-2.9L11 2.7l2.3 2.3-7.4 7.4zM9.5 4.2l2.3 2.3" />,
  download: <path d="M8 2.5V10M5 7.25l3 3 3-3M3 13.5h10" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2" />,
  play: <path d="M5 3.25v9.5L12.5 8z" />,
  pause: <path d="M5.25 3.5v9M10.75 3.5v9" />,
  terminal: <path d="M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10.5h3" />,
  events: <path d="M2.5 4h.1M2.5 8h.1M2.5 12h.1M5.5 4h8M5.5 8h8M5.5 12h5" />,
  braces: (
    <path d="M6 2.5c-1.6 0-2 .6-2 2v1.75C4 7.4 3.4 8 2.25 8c1.15 0 1.75.6 1.75 1.75v1.75c0 1.4.4 2 2 2M10 2.5c1.6 0 2 .6 2 2v1.75C12 7.4 12.6 8 13.75 8 12.6 8 12 8.6 12 9.75v1.75c0 1.4-.4 2-2 2" />
  ),
  chevronDown: <path d="m4 6.25 4 4 4-4" />,
  chevronRight: <path d="m6.25 4 4 4-4 4" />,
  chevronLeft: <path d="m9.75 4-4 4 4 4" />,
  sortUp: <path d="M8 13V3.5M4.5 7 8 3.5 11.5 7" />,
  sortDown: <path d="M8 3v9.5M4.5 9 8 12.5 11.5 9" />,
  eye: (
    <>
      <path d="M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8z" />
      <circle cx="8" cy="8" r="2" />
    </>
  ),
  eyeOff: (
    <path d="M6.2 3.75A6 6 0 0 1 8 3.5c2.7 0 5 1.5 6.5 4.5-.55 1.1-1.2 2-2 2.7M10 12.2a6 6 0 0 1-2 .3c-2.7 0-5-1.5-6.5-4.5.6-1.2 1.35-2.15 2.2-2.85M2.5 2l11 12" />
  ),
  // States of things (console §3.11)
  hourglass: (
    <path d="M4 2.5h8M4 13.5h8M5 2.5c0 3 3 3.75 3 5.5s-3 2.5-3 5.5M11 2.5c0 3-3 3.75-3 5.5s3 2.5 3 5.5" />
  ),
  hand: (
    <path d="M5 8.5V4a1 1 0 0 1 2 0v3.5-5a1 1 0 0 1 2 0v5V3.5a1 1 0 0 1 2 0V8 6a1 1 0 0 1 2 0v4c0 2.5-1.75 4-4.25 4-2 0-3-.9-3.9-2.4L2.9 9.2c-.5-1 .8-1.7 1.5-.9l.6.7" />
  ),
  lock: <path d="M3.5 7.5h9v6h-9zM5.25 7.5V5a2.75 2.75 0 0 1 5.5 0v2.5" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.75V8l2.25 1.5" />
    </>
  ),
  halfCircle: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="m4.25 4.25 7.5 7.5" />
    </>
  ),
  cross: <path d="m3.75 3.75 8.5 8.5M12.25 3.75l-8.5 8.5" strokeWidth="2" />,
  octagon: <path d="M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM8 5v3.5M8 11v.1" />,
  triangle: <path d="M8 2.25 14.5 13.5h-13zM8 6.5v3M8 11.4v.1" />,
  diamond: <path d="m8 1.75 6.25 6.25L8 14.25 1.75 8zM8 5.25V8.5M8 10.7v.1" />,
  circle: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 5v3.5M8 10.9v.1" />
    </>
  ),
  bell: (
    <path d="M3 11.5c1-1 1.25-2 1.25-4.25a3.75 3.75 0 0 1 7.5 0c0 2.25.25 3.25 1.25 4.25zM6.75 13.75h2.5" />
  ),
  bellCheck: (
    <path d="M9 3.64A3.8 3.8 0 0 0 4.25 7.25C4.25 9.5 4 10.5 3 11.5h10c-.7-.7-1-1.35-1.15-2.5M6.75 13.75h2.5M9.75 5.5l1.6 1.6 3.15-3.6" />
  ),
  bellOff: (
    <path d="M5.5 4.45a3.75 3.75 0 0 1 6.25 2.8c0 1.1.05 1.9.25 2.55M10.5 11.5H3c1-1 1.25-2 1.25-4.25M6.75 13.75h2.5M2.5 2.5l11 11" />
  ),
  arrowUp: <path d="M8 13.5v-10M4 7.5l4-4 4 4" strokeWidth="2" />,
  arrowUpBroken: <path d="M8 13.5v-2.5M8 8.5v-5M4 7.5l4-4 4 4" strokeWidth="2" />,
  arrowUpDotted: <path d="M8 13.5v-10M4 7.5l4-4 4 4" strokeDasharray="1 2.2" strokeWidth="2" />,
  arrowUpHollow: <path d="M6.25 13.5v-5h-3L8 2.75 12.75 8.5h-3v5z" />,
  arrowDown: <path d="M8 2.5v10M4 8.5l4 4 4-4" strokeWidth="2" />,
  arrowDownBroken: <path d="M8 2.5V5M8 7.5v5M4 8.5l4 4 4-4" strokeWidth="2" />,
  arrowDownDotted: <path d="M8 2.5v10M4 8.5l4 4 4-4" strokeDasharray="1 2.2" strokeWidth="2" />,
  wrench: (
    <path d="M13.5 4.75 11.25 7 9 4.75l2.25-2.25A3.5 3.5 0 0 0 6.9 7.1l-4.65 4.65 2 2L8.9 9.1a3.5 3.5 0 0 0 4.6-4.35z" />
  ),
  warning: <path d="M8 2.25 14.5 13.5h-13zM8 6.5v3M8 11.4v.1" />,
  info: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 7.25v3.75M8 5v.1" />
    </>
  ),
  // Live updates (console §2.5)
  liveDot: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  liveHalfRing: (
    <>
      <circle cx="8" cy="8" r="4" strokeDasharray="2 2" />
      <path d="M8 4a4 4 0 0 1 0 8" strokeWidth="2.5" />
    </>
  ),
  liveRing: <circle cx="8" cy="8" r="4" strokeWidth="2" />,
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof shapes

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: 16 | 20 }) {
  return (
    <svg
      className={styles.icon}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  )
}
