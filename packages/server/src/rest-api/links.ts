import type { ChildKind, ExternalId, ManagedObjectId } from '@pileus/domain'

/*
 * Absolute links. `baseUrl` is scheme and host as the client knows them, without trailing slash
 * (rest-api §1.7).
 */

/** Lone surrogates have no encoding in UTF-8 and become U+FFFD. */
export function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

export function managedObjectUrl(baseUrl: string, id: ManagedObjectId): string {
  return `${baseUrl}/inventory/managedObjects/${id}`
}

export function childUrl(
  baseUrl: string,
  parentId: ManagedObjectId,
  kind: ChildKind,
  childId: ManagedObjectId,
): string {
  return `${managedObjectUrl(baseUrl, parentId)}/${kind}/${childId}`
}

export function externalIdsUrl(baseUrl: string, id: string): string {
  return `${baseUrl}/identity/globalIds/${segment(id)}/externalIds`
}

export function externalIdUrl(baseUrl: string, { type, value }: ExternalId): string {
  return `${baseUrl}/identity/externalIds/${segment(type)}/${segment(value)}`
}

/** The id that a reference means: only the last segment of a link counts (rest-api §6.2). */
export function lastSegment(link: string): string {
  const path = link.split(/[?#]/, 1)[0] ?? ''
  return path.split('/').findLast((part) => part !== '') ?? ''
}
