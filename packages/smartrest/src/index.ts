export {
  type CollectionProblem,
  type CollectionProblemName,
  type CollectionResult,
  collectionLimits,
  collectionProblems,
} from './collection-problems.ts'
export { type DefinedCollection, parseCollectionRows } from './collection-rows.ts'
export { definitionIn } from './definition-in.ts'
export { type ExplainedResponse, explainResponses } from './explain-response.ts'
export {
  type ExplainedColumn,
  type ExplainedError,
  type ExplainedRow,
  type ExplainedTemplate,
  type ExplainOptions,
  explainPayload,
  type RequestTemplates,
  type RowRequest,
} from './explain-row.ts'
export {
  compileTemplate,
  type Fill,
  type Filled,
  fillTemplate,
} from './fill-template.ts'
export { type CsvValue, formatRow, formatRows } from './format-row.ts'
export type { JsonObject, JsonValue } from './json.ts'
export {
  findValue,
  findValues,
  formatBodyPath,
  isSingular,
  type JsonPath,
  type NodeBudget,
  type PathProblemName,
  type PathResult,
  type PathStep,
  parsePath,
  pathLimits,
} from './json-path.ts'
export { type FieldSpan, locateFields } from './locate-fields.ts'
export {
  type CsvLimits,
  csvLimits,
  type Fields,
  type ParsedPayload,
  parsePayload,
} from './parse-payload.ts'
export {
  type RenderedTemplate,
  renderCollection,
  renderCollectionRows,
} from './render-collection.ts'
export { renderOperation, renderOperationRows } from './render-operation.ts'
export type { NoRow } from './render-row.ts'
export type {
  Layout,
  OperationTemplate,
  PatternTemplate,
  ReplyTemplate,
  ResponseCondition,
  ResponseTemplate,
} from './response-template.ts'
export {
  formatErrorLine,
  type RowProblem,
  type RowProblemCode,
  type RowProblemName,
  type RowResult,
  rowProblem,
  rowProblems,
  shortenDetail,
} from './row-problems.ts'
export {
  parseSmartRest1,
  parseSmartRest1Rows,
  type SmartRest1Collection,
  type SmartRest1Definition,
  type SmartRest1Method,
  type SmartRest1Problem,
  type SmartRest1Result,
  smartRest1Fragment,
} from './smartrest-1.ts'
export { fillSmartRest1, type SmartRest1Call } from './smartrest-1-fill.ts'
export { formatSmartRest1Rows, renderSmartRest1 } from './smartrest-1-render.ts'
export { operationTemplates, replyTemplates, staticTemplateIds } from './static-responses.ts'
export { type StaticTemplateName, staticRequest, staticTemplates } from './static-templates.ts'
export {
  type Action,
  type Api,
  type BodySteps,
  type Column,
  type ColumnType,
  type ColumnValue,
  type ColumnValues,
  type Constant,
  type Path,
  parameterTypes,
  prototypeNames,
  type RequestTemplate,
  type RestColumns,
} from './template.ts'
export {
  collectionFragment,
  findCollectionRequest,
  parseCollection,
  type TemplateCollection,
} from './template-collection.ts'
export {
  formatInstant,
  parseBoolean,
  parseInteger,
  parseNumber,
  parseTime,
  parseUnsigned,
} from './values.ts'
