import { parse } from '@swc/core'

/** Packages whose sources see no clock, no chance and no runtime but the language (STYLE of ports). */
export const purePackages = ['smartrest', 'mqtt-wire', 'domain', 'rest-contract'] as const

/**
 * What in a TypeScript source asks the clock or chance, in words for the author; empty if nothing.
 *
 * Names of a runtime (`Buffer`, `process`, `setTimeout`, `console`) are not looked for here: the
 * pure packages are also compiled without any such types, see pure-packages.tsconfig.json. What is
 * left is what the language itself brings.
 */
export async function findImpurities(source: string): Promise<readonly string[]> {
  const found: string[] = []
  visit(await parse(source, { syntax: 'typescript', target: 'es2024' }), (node) => {
    const impurity = impurityOf(node)
    if (impurity !== undefined) found.push(impurity)
  })
  return found
}

type SyntaxNode = Readonly<Record<string, unknown>> & { readonly type: string }

function impurityOf(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'NewExpression':
      return isName(node['callee'], 'Date') && isEmpty(node['arguments'])
        ? 'new Date() without argument'
        : undefined
    case 'CallExpression':
      return isName(node['callee'], 'Date') ? 'Date() without new' : undefined
    case 'MemberExpression':
      if (isName(node['object'], 'Date') && isName(node['property'], 'now')) return 'Date.now'
      if (isName(node['object'], 'Math') && isName(node['property'], 'random')) return 'Math.random'
      return undefined
    default:
      return undefined
  }
}

function isName(node: unknown, name: string): boolean {
  return isSyntaxNode(node) && node.type === 'Identifier' && node['value'] === name
}

function isEmpty(args: unknown): boolean {
  return args === undefined || args === null || (Array.isArray(args) && args.length === 0)
}

function visit(value: unknown, onNode: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, onNode)
  } else if (typeof value === 'object' && value !== null) {
    if (isSyntaxNode(value)) onNode(value)
    for (const child of Object.values(value)) visit(child, onNode)
  }
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value
}
