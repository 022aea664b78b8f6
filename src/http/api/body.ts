import type { z } from 'zod'
import { Fault, hasControls } from '../../base/index.ts'
import { BodyFault, type FieldFault } from './problem.ts'

/** The whole body, at most `limit` bytes, counted as they come: a header may lie. Throws `body_too_large`. */
export async function readBytes(request: Request, limit: number): Promise<Buffer> {
  const tooLarge = () =>
    new Fault(
      'body_too_large',
      `The body is larger than ${limit} bytes.`,
      'Send less, or stream recipients in their own call.',
    )
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of bytesIn(request)) {
    length += part.length
    if (length > limit) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The body as it arrives; nothing for a request without one. RFC 9110 section 8.4: a coding that we do not undo is a 415. */
export async function* bytesIn(request: Request): AsyncGenerator<Uint8Array> {
  if (!/^(?:identity)?$/i.test(request.headers.get('content-encoding') ?? '')) {
    throw new Fault('media_type_unknown', 'The body is compressed.', 'Send it as it is, without Content-Encoding.')
  }
  if (request.body) yield* request.body
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    // The parser's own message quotes the body, so it is no cause to keep.
    throw new Fault('body_malformed', 'The body is not JSON in UTF-8.', 'Send one JSON object.')
  }
}

/** The value in its schema's shape. Throws a BodyFault that names each field. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) {
    const faults = controlsIn(value, [])
    if (faults.length > 0) throw new BodyFault(faults.slice(0, 50))
    return result.data
  }
  throw new BodyFault(result.error.issues.flatMap(fieldFaults).slice(0, 50))
}

// What becomes a header is checked as such, line breaks too; values are checked where they are merged into one.
const elsewhere = new Set([
  'from',
  'replyTo',
  'subject',
  'name',
  'email',
  'newEmail',
  'filename',
  'contentType',
  'data',
])

/** Every text of the body, keys included: none of them may reach a store that cannot keep it. */
function controlsIn(value: unknown, at: readonly string[]): readonly FieldFault[] {
  if (typeof value === 'string') return hasControls(value) ? [{ path: pathOf(at), code: 'control_character' }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    const path = [...at, key]
    if (hasControls(key)) return [{ path: pathOf(path), code: 'control_character' }]
    return elsewhere.has(key) ? [] : controlsIn(each, path)
  })
}

type Issue = z.core.$ZodIssue

function fieldFaults(issue: Issue): readonly FieldFault[] {
  const at = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathOf([...at, key]), code: 'unknown_field' }))
  }
  const path = pathOf(at)
  if (issue.code !== 'invalid_type') return [{ path, code: 'field_invalid' }]
  const missing = issue.message.endsWith('received undefined')
  return [{ path, code: missing ? 'field_missing' : 'field_invalid', expected: issue.expected }]
}

// A caller may use anything as a key, somebody's address too: only what looks like a field's name is said back.
const named = (part: string): string => (/^[\p{L}\p{N}_][\p{L}\p{N}_ -]{0,63}$/u.test(part) ? part : '(a key)')

const pathOf = (parts: readonly string[]): string => parts.map(named).join('.') || 'body'
