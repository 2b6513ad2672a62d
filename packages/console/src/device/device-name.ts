/** What people call a device; its id while nobody has named it. */
export function deviceName({ id, name }: { readonly id: string; readonly name?: unknown }): string {
  return typeof name === 'string' && name.trim() !== '' ? name : id
}
