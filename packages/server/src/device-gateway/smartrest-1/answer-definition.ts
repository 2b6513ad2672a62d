import type { Actor, Unit } from '@pileus/domain'
import {
  createManagedObjectNamed,
  isSameJson,
  mayDefineCollections,
  problemText,
  templateCollectionsMax,
} from '@pileus/domain'
import {
  formatSmartRest1Rows,
  parseSmartRest1Rows,
  type SmartRest1Definition,
  smartRest1Fragment,
} from '@pileus/smartrest'
import type { SmartRest1Collections } from './smartrest-1-collections.ts'
import { smartRest1XIdType } from './smartrest-1-collections.ts'

/**
 * What `POST /s` is answered: the row that says how the collection is stored, or why it is not.
 *
 * | asked | answer |
 * |---|---|
 * | nothing, it exists | `20,<id>` |
 * | nothing, it does not | `40,<text>` |
 * | a definition, new or the same as the one there | `20,<id>` |
 * | another one than the one there, not permitted, too many | `41,,<text>` |
 * | a definition with a fault; nothing is stored | `43,<row>,<text>` |
 *
 * @see thin-edge §19.1, mqtt-endpoint §10.1
 */
export async function answerDefinition(
  unit: Unit,
  actor: Actor,
  collections: SmartRest1Collections,
  { xId, text }: { readonly xId: string; readonly text: string },
): Promise<string> {
  if (text.trim() === '') {
    const found = await collections.findIn(unit, xId)
    return found === undefined ? row('40', 'No template for this X-ID.') : told(found)
  }
  if (!(await mayDefineCollections(unit.repository, actor))) return refuse('Not permitted')
  const parsed = parseSmartRest1Rows(text)
  if (!parsed.ok) return row('43', String(parsed.problem.row), parsed.problem.text)
  return store(unit, actor, collections, xId, parsed.value)
}

async function store(
  unit: Unit,
  { tenantId, userName: owner }: Actor,
  collections: SmartRest1Collections,
  xId: string,
  { fragment }: SmartRest1Definition,
): Promise<string> {
  const externalId = { type: smartRest1XIdType, value: xId }
  const present = await unit.repository.findByExternalId(externalId)
  if (present !== undefined) {
    const managedObject = await unit.repository.findManagedObject(present)
    return isSameJson(managedObject?.fragments[smartRest1Fragment], fragment)
      ? told({ managedObjectId: present })
      : refuse(`Collection ${xId} exists already, with other templates`)
  }
  if (await collections.isFull(tenantId)) {
    return refuse(`A tenant can have ${templateCollectionsMax} collections`)
  }
  const managedObject = {
    type: xId,
    name: xId,
    owner,
    fragments: { [smartRest1Fragment]: fragment },
  }
  const created = await createManagedObjectNamed(unit, managedObject, externalId)
  return created.ok
    ? told({ managedObjectId: created.value.id })
    : refuse(problemText(created.problem))
}

function told({ managedObjectId }: { readonly managedObjectId: string }): string {
  return row('20', managedObjectId)
}

/** Version 1.0 has a column for the row at fault, if one is. */
function refuse(reason: string): string {
  return row('41', '', reason)
}

function row(...values: readonly string[]): string {
  return formatSmartRest1Rows([values])
}
