import { parsePayload } from '@pileus/smartrest'

/** A line of `s/e` (mqtt-endpoint §10.1). Programs look at code and message id, people at text. */
export interface RowProblemReport {
  /** 40 unknown template, 41 refused, 42 malformed, 45 bad argument, 50 error of the platform. */
  readonly code: number
  /** The first column of the refused row, empty where it has none. */
  readonly messageId: string
  readonly text: string
}

/** The problems in a message on `s/e`, usually one. What is no such line is told as it came. */
export function parseRowProblems(payload: string): readonly RowProblemReport[] {
  return parsePayload(payload).rows.map(([code = '', messageId = '', ...text]) =>
    /^\d+$/.test(code)
      ? { code: Number(code), messageId, text: text.join(',') }
      : { code: 0, messageId: '', text: payload },
  )
}
