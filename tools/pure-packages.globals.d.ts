// All that the pure packages may use of what is not the language. It exists wherever we run:
// Node, browsers, workers. A row more here is a promise about every one of them.

interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, target: Uint8Array): { read: number; written: number }
}
declare const TextEncoder: { new (): TextEncoder }

interface TextDecoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string
}
declare const TextDecoder: {
  new (
    label?: 'utf-8',
    options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
  ): TextDecoder
}

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
}
