/** A generated page: its title, where it comes from, and its parts with empty lines between. */
export function page(title: string, source: string, ...parts: readonly string[]): string {
  const origin = `_Made by \`npm run generate\` from ${code(source)}. Change that, not this page._`
  return `${[`# ${title}`, origin, ...parts].filter((part) => part !== '').join('\n\n')}\n`
}

/** Rows below a head; without rows no table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

/** Inline code, also for a text that has backticks itself; nothing for an empty text. */
export function code(text: string): string {
  if (text === '') return ''
  const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1)
  const gap = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${gap}${text}${gap}${fence}`
}

export function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ')
}

export function codeBlock(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

/** Text that is shown as it is, also where it has characters that Markdown means something by. */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]#|{}]/g, '\\$&')
}
