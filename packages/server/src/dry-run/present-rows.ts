import type {
  DryRunColumnRepresentation,
  DryRunRepresentation,
  DryRunRowRepresentation,
  WireErrorRepresentation,
} from '@pileus/rest-contract'
import type { ExplainedRow, RowProblem } from '@pileus/smartrest'
import { formatErrorLine, formatRow } from '@pileus/smartrest'
import type { Outcomes } from '../device-gateway/process-rows.ts'
import { mainEffectOf } from '../wire/effects.ts'
import type { EffectRecorder } from './record-effects.ts'

/** What the rows say, together with what became of them. Both are in the order of the rows. */
export function presentRows(
  explained: readonly ExplainedRow[],
  outcomes: Outcomes,
  recorder: EffectRecorder,
): DryRunRepresentation {
  const byPlace = new Map(outcomes.map((outcome) => [outcome.place, outcome]))
  const rows = explained.map((row, place) =>
    presentRow(row, byPlace.get(place), recorder.effectsAt(place)),
  )
  const wouldStore = explained.flatMap(({ line }, place) =>
    recorder
      .effectsAt(place)
      // What is only passed on, as in the mode TRANSIENT, has no id.
      .filter(({ id }) => id !== undefined)
      .map((effect) => ({ line, ...effect })),
  )
  return { rows, wouldStore }
}

function presentRow(
  row: ExplainedRow,
  outcome: Outcomes[number] | undefined,
  effects: ReturnType<EffectRecorder['effectsAt']>,
): DryRunRowRepresentation {
  const { error: guessed, ...told } = row
  const error =
    outcome?.kind === 'problem' ? presentProblem(outcome.problem, row, guessed) : undefined
  return {
    ...told,
    columns: error === undefined ? row.columns : row.columns.map((each) => marked(each, error)),
    outcome: error === undefined ? mainEffectOf(effects, row.request?.path) : null,
    ...(effects.length > 1 && { effects }),
    ...(outcome !== undefined && { responses: responsesOf(outcome) }),
    ...(error !== undefined && { error }),
  }
}

/** The engine has the word; what only the text of the row shows comes from the explanation. */
function presentProblem(
  { code, text, column }: RowProblem,
  { raw, columns }: ExplainedRow,
  guessed: ExplainedRow['error'],
): WireErrorRepresentation {
  if (guessed !== undefined) return { ...guessed, code, text }
  const span = columns.find(({ index }) => index === column)?.span ?? ([0, raw.length] as const)
  return { code, text, span, ...(column !== undefined && { column }) }
}

function marked(
  column: ExplainedRow['columns'][number],
  { column: place, text }: WireErrorRepresentation,
): DryRunColumnRepresentation {
  return column.index === place ? { ...column, error: text } : column
}

function responsesOf(
  outcome: Outcomes[number],
): readonly { readonly topic: string; readonly text: string }[] {
  switch (outcome.kind) {
    case 'problem':
      return [{ topic: 's/e', text: formatErrorLine(outcome.problem) }]
    case 'reply':
      return [{ topic: 's/ds', text: formatRow(outcome.row) }]
    case 'result':
      return [{ topic: outcome.topic, text: outcome.payload }]
    case 'resendPending':
      return []
  }
}
