import type { JsonObject, JsonValue } from '@pileus/domain'

/** The members of a request that become fragments: all but those named and, where asked, `null`. */
export function pickFragments(
  body: JsonObject,
  taken: ReadonlySet<string>,
  nulls: 'keep' | 'drop',
): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) => !taken.has(name) && (nulls === 'keep' || value !== null),
    ),
  )
}

/** A text member, where it is given: `null` for a mandatory member is ignored (rest-api §1.6). */
export function textMember<Name extends string>(
  name: Name,
  value: JsonValue | undefined,
): { readonly [Key in Name]?: string } {
  return typeof value === 'string' ? ({ [name]: value } as { [Key in Name]?: string }) : {}
}

/** A range, where at least one bound is given. */
export function rangeMember<Name extends string>(
  name: Name,
  from: number | undefined,
  to: number | undefined,
): { readonly [Key in Name]?: { readonly from?: number; readonly to?: number } } {
  if (from === undefined && to === undefined) return {}
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  return { [name]: range } as { [Key in Name]?: { readonly from?: number; readonly to?: number } }
}
