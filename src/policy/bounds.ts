import type { PolicyFault } from './fault.ts'

/** A policy is a page or ten of text; these bounds are several times what the longest shipped one needs. */
export const longestPolicy = 128 * 1024
const deepestFlow = 8
const deepestIndent = 40

/**
 * What is refused before a parser sees it. The YAML parser recurses with the nesting, so nesting is bounded here by what
 * makes it: open brackets, indentation, and several indicators on one line. Brackets in quoted text count too; no honest
 * sentence opens nine at once.
 */
export function outOfBounds(text: string): PolicyFault | null {
  if (Buffer.byteLength(text) > longestPolicy) {
    return tooMuch('policy_too_long', 1, 1, `A policy may be ${longestPolicy / 1024} KB long at most.`)
  }
  let open = 0
  for (const [index, line] of text.split('\n').entries()) {
    const indent = line.search(/[^ ]/)
    if (indent > deepestIndent || /(?:[-?:][ \t]+){5}/.test(line)) return nested(index + 1, Math.max(indent, 0) + 1)
    if (/^\s*#/.test(line)) continue
    for (let at = 0; at < line.length; at++) {
      const sign = line[at]
      if (sign === '[' || sign === '{') open++
      else if (sign === ']' || sign === '}') open = Math.max(0, open - 1)
      if (open > deepestFlow) return nested(index + 1, at + 1)
    }
  }
  return null
}

const nested = (line: number, column: number) =>
  tooMuch('policy_too_deep', line, column, 'The document nests deeper than any clause does.')

const tooMuch = (code: string, line: number, column: number, sentence: string): PolicyFault => ({
  code,
  path: '',
  line,
  column,
  sentence,
  next: 'Write the clauses plainly, as in the shipped policies.',
})
