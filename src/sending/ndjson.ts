import { hasControls } from '../base/index.ts'
import type { Row } from './csv.ts'
import type { Line } from './lines.ts'

/** One JSON value a line, or the code of what is wrong with it. */
export type Parsed =
  | { readonly line: number; readonly value: unknown; readonly code?: never }
  | { readonly line: number; readonly code: string; readonly value?: never }

const batchSize = 500

/** JSON values of newline-delimited JSON, in batches; empty lines are passed over. */
export async function* ndjsonValues(lines: AsyncIterable<Line>): AsyncGenerator<readonly Parsed[]> {
  let batch: Parsed[] = []
  for await (const line of lines) {
    if (line.code !== undefined) batch.push({ line: line.number, code: line.code })
    else if (line.text.trim() !== '') batch.push(parseLine(line.number, line.text))
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function parseLine(line: number, text: string): Parsed {
  try {
    return { line, value: JSON.parse(text) as unknown }
  } catch {
    return { line, code: 'line_malformed' }
  }
}

/** The same as rows: flat objects of strings and numbers, keys in any case as in a CSV header. */
export async function* ndjsonRows(lines: AsyncIterable<Line>): AsyncGenerator<readonly Row[]> {
  for await (const batch of ndjsonValues(lines)) yield batch.map(rowOf)
}

function rowOf({ line, value, code }: Parsed): Row {
  if (code !== undefined) return { line, code }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, code: 'line_malformed' }
  const values: Record<string, string> = {}
  for (const [key, each] of Object.entries(value)) {
    if (each === null) continue
    if (typeof each !== 'string' && typeof each !== 'number') return { line, code: 'field_invalid' }
    if (hasControls(key) || hasControls(String(each))) return { line, code: 'control_character' }
    values[key.trim().toLowerCase()] = String(each)
  }
  return { line, values }
}
