/** Text of the policy inside Markdown, where it may mean no markup, no link and no HTML. */
export const literal = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|!&]/g, '\\$&')

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(literal).join(' | ')} |`
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n')
}
