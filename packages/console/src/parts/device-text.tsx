import { classes } from '../visual/classes.ts'
import styles from './device-text.module.css'
import { revealControls } from './reveal-controls.ts'

export interface DeviceTextProps {
  readonly children: string
  readonly isCode?: boolean
  /** Shows so many lines; the whole text is the title. All lines unless given. */
  readonly linesMax?: 1 | 2
}

/** What a device wrote: text, kept apart from the text around it, whatever it contains. */
export function DeviceText({ children, isCode = false, linesMax }: DeviceTextProps) {
  const shown = revealControls(children)
  return (
    <bdi
      className={classes(
        styles.text,
        isCode && styles.code,
        linesMax === 1 && styles.oneLine,
        linesMax === 2 && styles.twoLines,
      )}
      {...(linesMax === undefined ? {} : { title: shown })}
    >
      {shown}
    </bdi>
  )
}
