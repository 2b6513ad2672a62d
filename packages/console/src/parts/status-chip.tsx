import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './status-chip.module.css'
import type { StatusConcept, StatusOf, StatusRow } from './status-words.ts'
import { statusWords } from './status-words.ts'

export interface StatusChipProps<Concept extends StatusConcept> {
  readonly concept: Concept
  readonly status: StatusOf<Concept>
}

/** A status as shape, word and colour, never colour alone (console §3.11). */
export function StatusChip<Concept extends StatusConcept>({
  concept,
  status,
}: StatusChipProps<Concept>) {
  // The compiler does not see that a row of `Concept` is a row.
  const { word, icon, tone } = statusWords[concept][status] as StatusRow
  return (
    <span className={classes(styles.chip, styles[tone])} data-testid={`status-${concept}`}>
      <Icon name={icon} />
      {word}
    </span>
  )
}
