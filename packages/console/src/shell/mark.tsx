import styles from './top-bar.module.css'

/** The small cap cloud on top of a cumulus. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg
      className={styles.mark}
      viewBox="0 0 32 32"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <rect width="32" height="32" rx="7" />
      <path className={styles.cap} d="M9 13.5c.6-3.6 3.4-6 7-6s6.4 2.4 7 6" />
      <path
        className={styles.cloud}
        d="M10 24.5a4 4 0 0 1-.3-8 6.5 6.5 0 0 1 12.4-.6 4.4 4.4 0 0 1-.1 8.6z"
      />
    </svg>
  )
}
