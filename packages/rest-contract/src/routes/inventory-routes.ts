import { childBody, managedObjectBody, referencesBody } from '../bodies.ts'
import { pagingParameters } from '../paging.ts'
import type { QueryParameter } from '../query-parameters.ts'
import type { Route } from '../route.ts'
import { documentMaxBytes, managedObjectMaxBytes } from './body-limits.ts'

const withChildren = {
  name: 'withChildren',
  kind: 'boolean',
  summary: 'Fill the references of the child members; true unless given.',
} as const satisfies QueryParameter
const withParents = {
  name: 'withParents',
  kind: 'boolean',
  summary: 'Fill the references of the parent members.',
} as const satisfies QueryParameter
const withChildrenCount = {
  name: 'withChildrenCount',
  kind: 'boolean',
  summary: 'Add `count` to child members that have children.',
} as const satisfies QueryParameter
const skipChildrenNames = {
  name: 'skipChildrenNames',
  kind: 'boolean',
  summary: 'Leave the names of children out.',
} as const satisfies QueryParameter
const withGroups = {
  name: 'withGroups',
  kind: 'boolean',
  summary: 'Fill `assetParents` with all groups above, also indirect ones.',
} as const satisfies QueryParameter

/** What of an object's surroundings its representation shows (rest-api §7.1). */
const representationParameters = [
  withChildren,
  withParents,
  withChildrenCount,
  skipChildrenNames,
  withGroups,
] as const satisfies readonly QueryParameter[]

/** Combined with AND (rest-api §7.3). */
const managedObjectFilters = [
  { name: 'type', kind: 'text', summary: 'Exact type.' },
  { name: 'fragmentType', kind: 'text', summary: 'Name of a top-level fragment that exists.' },
  { name: 'owner', kind: 'text', summary: 'Exact user name of the owner.' },
  { name: 'text', kind: 'text', summary: 'Word or whole text of a string anywhere in the object.' },
  { name: 'ids', kind: 'list', summary: 'Up to 2000 ids; unknown ones are skipped.' },
  { name: 'childDeviceId', kind: 'text', summary: 'Parents of this child device.' },
  { name: 'childAssetId', kind: 'text', summary: 'Parents of this child asset.' },
  { name: 'childAdditionId', kind: 'text', summary: 'Parents of this child addition.' },
  { name: 'onlyRoots', kind: 'boolean', summary: 'Without device parent and asset parent.' },
] as const satisfies readonly QueryParameter[]

const readsObjects = { kind: 'permissionOrOwner', anyOf: ['ROLE_INVENTORY_READ'] } as const
const changesObjects = { kind: 'permissionOrOwner', anyOf: ['ROLE_INVENTORY_ADMIN'] } as const
const managedObject = { kind: 'resource', resource: 'managedObject', status: 200 } as const

const listChildren = {
  method: 'GET',
  access: readsObjects,
  query: [
    ...pagingParameters,
    withChildren,
    withParents,
    withChildrenCount,
    skipChildrenNames,
    withGroups,
  ],
  answer: { kind: 'collection', resource: 'managedObjectReference', status: 200 },
  problems: ['managedObjectNotFound'],
  source: 'rest-api §7.5',
} as const
const addChild = {
  method: 'POST',
  access: changesObjects,
  query: [],
  body: { schema: childBody, maxBytes: managedObjectMaxBytes },
  answer: { kind: 'resource', resource: 'managedObjectReference', status: 201 },
  problems: ['managedObjectNotFound', 'mandatoryMissing', 'invalid'],
  source: 'rest-api §7.5',
} as const
const removeChildren = {
  method: 'DELETE',
  access: changesObjects,
  query: [],
  body: { schema: referencesBody, maxBytes: documentMaxBytes },
  answer: { kind: 'empty', status: 204 },
  problems: ['managedObjectNotFound', 'childNotFound', 'mandatoryMissing'],
  source: 'rest-api §7.5',
} as const
const getChild = {
  method: 'GET',
  access: readsObjects,
  query: [],
  answer: { kind: 'resource', resource: 'managedObjectReference', status: 200 },
  problems: ['managedObjectNotFound', 'childNotFound'],
  source: 'rest-api §7.5',
} as const
const removeChild = {
  method: 'DELETE',
  access: changesObjects,
  query: [],
  answer: { kind: 'empty', status: 204 },
  problems: ['managedObjectNotFound', 'childNotFound'],
  source: 'rest-api §7.5',
} as const

export const inventoryRoutes = [
  {
    name: 'listManagedObjects',
    method: 'GET',
    path: '/inventory/managedObjects',
    summary: 'Find managed objects, by id ascending.',
    access: readsObjects,
    query: [...managedObjectFilters, ...pagingParameters, ...representationParameters],
    answer: { kind: 'collection', resource: 'managedObject', status: 200 },
    problems: ['invalid'],
    source: 'rest-api §7.3',
  },
  {
    name: 'createManagedObject',
    method: 'POST',
    path: '/inventory/managedObjects',
    summary: 'Create a managed object from any JSON object.',
    access: { kind: 'permission', anyOf: ['ROLE_INVENTORY_ADMIN', 'ROLE_INVENTORY_CREATE'] },
    query: [],
    body: { schema: managedObjectBody, maxBytes: managedObjectMaxBytes },
    answer: { kind: 'resource', resource: 'managedObject', status: 201 },
    problems: ['invalid'],
    source: 'rest-api §7.2',
  },
  {
    name: 'countManagedObjects',
    method: 'GET',
    path: '/inventory/managedObjects/count',
    summary: 'How many managed objects there are.',
    access: { kind: 'permission', anyOf: ['ROLE_INVENTORY_READ'] },
    query: managedObjectFilters,
    answer: { kind: 'count', status: 200 },
    problems: ['invalid'],
    source: 'rest-api §7.2',
  },
  {
    name: 'getManagedObject',
    method: 'GET',
    path: '/inventory/managedObjects/{id}',
    summary: 'One managed object.',
    access: readsObjects,
    query: representationParameters,
    answer: managedObject,
    problems: ['managedObjectNotFound'],
    source: 'rest-api §7.2',
  },
  {
    name: 'updateManagedObject',
    method: 'PUT',
    path: '/inventory/managedObjects/{id}',
    summary: 'Replace the members that are given and remove those given as null.',
    access: changesObjects,
    query: [],
    body: { schema: managedObjectBody, maxBytes: managedObjectMaxBytes },
    answer: managedObject,
    problems: ['managedObjectNotFound', 'invalid'],
    source: 'rest-api §7.2, §1.6',
  },
  {
    name: 'deleteManagedObject',
    method: 'DELETE',
    path: '/inventory/managedObjects/{id}',
    summary: 'Delete a managed object with its data and, as the flags say, what is below it.',
    access: changesObjects,
    query: [
      { name: 'cascade', kind: 'boolean', summary: 'Members, children and all below as well.' },
      { name: 'forceCascade', kind: 'boolean', summary: 'The whole hierarchy, whatever it is.' },
      { name: 'withDeviceUser', kind: 'boolean', summary: 'The device user as well.' },
    ],
    answer: { kind: 'empty', status: 204 },
    problems: ['managedObjectNotFound'],
    source: 'rest-api §7.6',
  },
  {
    ...listChildren,
    name: 'listChildDevices',
    path: '/inventory/managedObjects/{id}/childDevices',
    summary: 'Child devices in order of assignment.',
  },
  {
    ...addChild,
    name: 'addChildDevice',
    path: '/inventory/managedObjects/{id}/childDevices',
    summary: 'Assign one or several objects as child devices, or create one.',
  },
  {
    ...removeChildren,
    name: 'removeChildDevices',
    path: '/inventory/managedObjects/{id}/childDevices',
    summary: 'Take child devices away from their parent.',
  },
  {
    ...getChild,
    name: 'getChildDevice',
    path: '/inventory/managedObjects/{id}/childDevices/{childId}',
    summary: 'The reference to one child device.',
  },
  {
    ...removeChild,
    name: 'removeChildDevice',
    path: '/inventory/managedObjects/{id}/childDevices/{childId}',
    summary: 'Take one child device away from its parent.',
  },
  {
    ...listChildren,
    name: 'listChildAssets',
    path: '/inventory/managedObjects/{id}/childAssets',
    summary: 'Child assets in order of assignment.',
  },
  {
    ...addChild,
    name: 'addChildAsset',
    path: '/inventory/managedObjects/{id}/childAssets',
    summary: 'Assign one or several objects as child assets, or create one.',
  },
  {
    ...removeChildren,
    name: 'removeChildAssets',
    path: '/inventory/managedObjects/{id}/childAssets',
    summary: 'Take child assets away from their parent.',
  },
  {
    ...getChild,
    name: 'getChildAsset',
    path: '/inventory/managedObjects/{id}/childAssets/{childId}',
    summary: 'The reference to one child asset.',
  },
  {
    ...removeChild,
    name: 'removeChildAsset',
    path: '/inventory/managedObjects/{id}/childAssets/{childId}',
    summary: 'Take one child asset away from its parent.',
  },
  {
    ...listChildren,
    name: 'listChildAdditions',
    path: '/inventory/managedObjects/{id}/childAdditions',
    summary: 'Child additions in order of assignment.',
  },
  {
    ...addChild,
    name: 'addChildAddition',
    path: '/inventory/managedObjects/{id}/childAdditions',
    summary: 'Assign one or several objects as child additions, or create one.',
  },
  {
    ...removeChildren,
    name: 'removeChildAdditions',
    path: '/inventory/managedObjects/{id}/childAdditions',
    summary: 'Take child additions away from their parent.',
  },
  {
    ...getChild,
    name: 'getChildAddition',
    path: '/inventory/managedObjects/{id}/childAdditions/{childId}',
    summary: 'The reference to one child addition.',
  },
  {
    ...removeChild,
    name: 'removeChildAddition',
    path: '/inventory/managedObjects/{id}/childAdditions/{childId}',
    summary: 'Take one child addition away from its parent.',
  },
] as const satisfies readonly Route[]
