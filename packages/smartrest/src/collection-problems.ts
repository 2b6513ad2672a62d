import { bodyStepsMax } from './fill-template.ts'
import type { PathProblemName } from './json-path.ts'
import { pathLimits } from './json-path.ts'
import { shortenDetail } from './row-problems.ts'

/** security §10.2. */
export const collectionLimits = {
  /** Request and response templates of one collection together. */
  templatesMax: 1000,
  /** Bytes of the definition as JSON. */
  bytesMax: 256 * 1024,
  /** Members, and elements with those skipped, that one template may put into a body. */
  bodyNodesMax: pathLimits.nodesMax,
  /**
   * Bytes of the body, as JSON, that one template makes of an empty row: as many as a device could
   * send by itself in one message (§10.1). Skipped elements and constants are not for free.
   */
  bodyBytesMax: 16 * 1024,
  /** Members and elements that a collection may look at for one document. */
  nodesMax: 10 * pathLimits.nodesMax,
  /** Characters of the rows for one document: what may wait for one session at most (§10.1). */
  charactersMax: 1024 * 1024,
} as const

/**
 * Every reason why a collection can be refused, as the end of a sentence that begins with the
 * place. `{value}` is what stands there.
 */
export const collectionProblems = {
  rowsUnreadable: '{reason}',
  noRows: 'There is no template',
  rowIdUnknown: 'A definition begins with 10 or 11, not "{value}"',
  tooLarge: `The definition has more than ${collectionLimits.bytesMax / 1024} KiB`,
  tooManyTemplates: `A collection can have ${collectionLimits.templatesMax} templates`,
  notAnObject: 'An object is expected',
  notAList: 'A list is expected',
  notAText: 'A text is expected',
  notABoolean: 'Either true or false is expected, not "{value}"',
  messageIdMissing: 'A message id is required',
  messageIdRepeated: 'Message id "{value}" is used twice',
  kindUnknown: 'The request "{value}" is not offered',
  byIdMissing: 'Either true or false is required: is the object named by its internal id?',
  valuesOfGet: 'A GET request takes no values',
  tooManyMandatoryValues: 'This request has no such mandatory value',
  mandatoryValueMisplaced: 'The mandatory value {value} is expected here',
  valueTypeUnknown: 'There is no value type "{value}"',
  constantNotOfType: '"{value}" is not of type {type}',
  memberOfOtherType: 'Member {value} takes values of type {type}',
  memberWithoutMembers: 'Member {value} takes values of type {type}, so there is nothing in it',
  pathNotForBody: 'A request takes paths of names and indexes only',
  tooManyNodes: `A template can make or look at ${pathLimits.nodesMax} members and elements`,
  bodyTooLarge: `A template can add ${collectionLimits.bodyBytesMax / 1024} KiB to a row`,
  tooManyNodesOfAll: `A collection can look at ${collectionLimits.nodesMax} members and elements`,
  bodyTooDeep: `A path in a request can have ${bodyStepsMax} steps`,
  patternMissing: 'A response template needs a pattern',
  pathTooLong: `A path can have ${pathLimits.charactersMax} characters`,
  pathTooManySteps: `A path can have ${pathLimits.stepsMax} steps, those of its base included`,
  pathNameMissing: 'The path "{value}" lacks a name at character {at}',
  pathBracketNotOffered:
    'The path "{value}" has brackets at character {at}; they can hold a quoted name, an index from 0 on or *',
  pathCharacterNotOffered: 'The path "{value}" has a character that is not offered, at {at}',
  pathNameReserved: 'The path "{value}" has a name that is not offered, at character {at}',
} as const satisfies Record<string, string> & Record<PathProblemName, string>

export type CollectionProblemName = keyof typeof collectionProblems

/** Step by step to the place in the definition as JSON. */
export type DefinitionPlace = readonly (string | number)[]

/** Why a collection is refused as a whole. */
export interface CollectionProblem {
  readonly name: CollectionProblemName
  /** `requestTemplates[0].customValues[2].type`; empty where it is about all of it. */
  readonly place: string
  /** In definition rows: counted from 1 without blank ones. */
  readonly row?: number
  /** In definition rows: counted from 1 after the first value. */
  readonly column?: number
  /** The place and the fault, for people. */
  readonly text: string
}

export type CollectionResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: CollectionProblem }

/** A fault while a definition is being read, before anybody asks how to call its place. */
export class DefinitionFault {
  readonly name: CollectionProblemName
  readonly place: DefinitionPlace
  readonly details: Readonly<Record<string, string>>

  constructor(
    name: CollectionProblemName,
    place: DefinitionPlace,
    details: Readonly<Record<string, string>> = {},
  ) {
    this.name = name
    this.place = place
    this.details = details
  }

  get sentence(): string {
    return collectionProblems[this.name].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      shortenDetail(this.details[name] ?? ''),
    )
  }
}

/** `requestTemplates[0].customValues[2].type` */
export function formatPlace(place: DefinitionPlace): string {
  return place
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join('')
}
