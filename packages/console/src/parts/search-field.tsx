import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './search-field.module.css'
import fieldStyles from './text-field.module.css'

export interface SearchFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly testId: string
}

/** The search of a page: `/` leads here, Escape empties it. */
export function SearchField({ label, placeholder, value, onChange, testId }: SearchFieldProps) {
  return (
    <AriaSearchField className={styles.field ?? ''} value={value} onChange={onChange}>
      <Label className="visually-hidden">{label}</Label>
      <span className={styles.icon}>
        <Icon name="search" />
      </span>
      <Input
        className={classes(fieldStyles.input, styles.input)}
        placeholder={placeholder}
        data-page-search=""
        data-testid={testId}
      />
      {value !== '' && (
        <Button className={styles.clear ?? ''}>
          <Icon name="close" />
        </Button>
      )}
    </AriaSearchField>
  )
}
