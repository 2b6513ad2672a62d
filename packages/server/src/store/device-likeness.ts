import type { DeviceLikeness, ManagedObject } from '@pileus/domain'

/** A text as it is compared when upper and lower case are the same. */
export function foldCase(text: string): string {
  return text.toLowerCase()
}

/** In which way a name or type is like a text, both folded; `undefined` if it is not. */
export function likenessOf(
  { name = '', type = '' }: Pick<ManagedObject, 'name' | 'type'>,
  text: string,
): DeviceLikeness | undefined {
  const at = foldCase(name).indexOf(text)
  if (at === 0) return 'namePrefix'
  if (at > 0) return 'name'
  return foldCase(type).startsWith(text) ? 'typePrefix' : undefined
}
