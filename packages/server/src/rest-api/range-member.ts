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
