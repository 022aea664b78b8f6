import type { z } from 'zod'
import { Fault } from '../../base/index.ts'
import type { Scope } from './bearer.ts'

/** What a handler sees of a request. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  query(name: string): string | null
  header(name: string): string | null
  /** The JSON body in its schema's shape, with its bytes. */
  json<T>(schema: z.ZodType<T>, limitBytes: number): Promise<{ readonly value: T; readonly bytes: Uint8Array }>
  /** The body as it arrives, never held whole. */
  stream(): AsyncIterable<Uint8Array>
}

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly text?: { readonly type: string; readonly content: string }
  readonly headers?: Readonly<Record<string, string>>
}

/** One row of the API's table: what it is for, who may call it, what goes in and out, and what it does. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As OpenAPI writes it: `/v1/messages/{id}`. */
  readonly path: string
  /** One of these is enough. Null for the two health routes, and for links and providers that prove themselves otherwise. */
  readonly scope: Scope | readonly Scope[] | null
  /** Whether each call leaves an entry in the audit log; when left out: if none of the scopes is `send` or `report`. */
  readonly logged?: boolean
  readonly summary: string
  readonly body: z.ZodType | null
  /** Media types of a body that is streamed. */
  readonly streams: readonly string[]
  readonly answer: { readonly status: number; readonly schema: z.ZodType | null }
  readonly handle: (call: Call) => Promise<Answer>
}

const defaultLimit = 1_048_576

type Facts = Pick<Route, 'method' | 'path' | 'scope' | 'logged' | 'summary' | 'answer'>

/** A route without a body, or with one that it streams. */
export const route = (facts: Facts & { readonly streams?: readonly string[] }, handle: Route['handle']): Route => ({
  body: null,
  streams: [],
  ...facts,
  handle,
})

/** A route with a JSON body: the schema that validates it is the one that is published. */
export const routeWithBody = <T>(
  facts: Facts & { readonly body: z.ZodType<T>; readonly limitBytes?: number; readonly streams?: readonly string[] },
  handle: (input: T, call: Call, bytes: Uint8Array) => Promise<Answer>,
): Route => ({
  streams: [],
  ...facts,
  handle: async (call) => {
    const { value, bytes } = await call.json(facts.body, facts.limitBytes ?? defaultLimit)
    return handle(value, call, bytes)
  },
})

const [usual, most] = [100, 1_000]

/** How many entries a page of a list has. Throws `field_invalid`. */
export function limitOf(call: Call): number {
  const text = call.query('limit')
  if (text === null) return usual
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit
  throw new Fault('field_invalid', '`limit` is no number of entries.', `Give 1 to ${most}.`)
}
