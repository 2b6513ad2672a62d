import { problems } from '@pileus/domain'
import { type RowProblemCode, rowProblems } from '@pileus/smartrest'
import { page, plain, table } from './markdown.ts'

const meanings: Readonly<Record<RowProblemCode, string>> = {
  40: 'There is no such template',
  41: 'The row was understood and is refused',
  42: 'The message cannot be read',
  45: 'The row is not what its template asks for',
  50: 'The platform failed; the row had no effect',
}

export function rowProblemsPage(): string {
  return page(
    'Row problems',
    'packages/smartrest/src/row-problems.ts',
    'Why a row had no effect. The device reads it on `s/e` as `<code>,<message id>,<text>`; the other rows of the same message are not affected.',
    ...Object.entries(meanings).flatMap(([code, meaning]) => [
      `## ${code}: ${meaning}`,
      table(
        ['Name', 'Text'],
        Object.entries(rowProblems)
          .filter(([, row]) => String(row.code) === code)
          .map(([name, row]) => [name, plain(row.text)]),
      ),
      ...(code === refusalCode ? refusals() : []),
    ]),
  )
}

/** Rules that exist for devices alone are refused with this code, in words of the domain. */
const refusalCode = '41'

function refusals(): readonly string[] {
  const rows = Object.entries(problems).filter(([, { kind }]) => kind === 'refused')
  return [
    'Refused by a rule of the platform (`packages/domain/src/problems.ts`):',
    table(
      ['Name', 'Text'],
      rows.map(([name, { text }]) => [name, plain(text)]),
    ),
  ]
}
