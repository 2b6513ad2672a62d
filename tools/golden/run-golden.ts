import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findDifference } from './difference.ts'
import type { GoldenCase, GoldenFile, RunsCase } from './golden-case.ts'
import { runJsonMqtt } from './json-mqtt.ts'
import { runOperationDelivery } from './operation-delivery.ts'
import {
  runAddressing,
  runCsvFormat,
  runCsvParse,
  runCustomRequest,
  runCustomResponse,
  runOperationRows,
  runTemplateCollection,
} from './pure-cases.ts'
import { runRegistration } from './registration.ts'
import { runStaticRequest } from './static-requests.ts'

/** How each kind of case is run. A kind that is not here fails. */
const runners: Readonly<Record<string, RunsCase>> = {
  'csv-parse': runCsvParse,
  'csv-format': runCsvFormat,
  addressing: runAddressing,
  'static-requests': runStaticRequest,
  'operation-rows': runOperationRows,
  'template-collections': runTemplateCollection,
  'custom-requests': runCustomRequest,
  'custom-responses': runCustomResponse,
  'json-mqtt': runJsonMqtt,
  registration: runRegistration,
  'operation-delivery': runOperationDelivery,
}

export interface GoldenResult {
  readonly kind: string
  readonly id: string
  readonly title: string
  /** `undefined` when the case passed. */
  readonly difference: string | undefined
}

/** Runs every case file of a folder, file by file in the order of their names. */
export async function* runGoldenFolder(folder: string): AsyncGenerator<GoldenResult> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  for (const name of names) {
    const file = JSON.parse(await readFile(join(folder, name), 'utf8')) as GoldenFile
    for (const goldenCase of file.cases) {
      const { id, title } = goldenCase
      const difference = await runCase(file.kind, goldenCase)
      yield { kind: file.kind, id, title, difference }
    }
  }
}

async function runCase(kind: string, goldenCase: GoldenCase): Promise<string | undefined> {
  const runner = Object.hasOwn(runners, kind) ? runners[kind] : undefined
  if (runner === undefined) return `cases of kind ${kind} are not known`
  try {
    const actual = await runner(goldenCase)
    return findDifference(goldenCase.expect, actual)
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}
