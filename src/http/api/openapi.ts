import { z } from 'zod'
import type { Route } from './route.ts'

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  next: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), expected: z.string().optional() })).optional(),
})

const schemaOf = (schema: z.ZodType): Readonly<Record<string, unknown>> => {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io: 'input' })
  return shape
}

/** The OpenAPI 3.1 document of the table that the API serves from: what validates a body is what is shown here. */
export function openApi(routes: readonly Route[], version: string): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const found = paths[route.path] ?? {}
    paths[route.path] = { ...found, [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lethe', version, description: 'Email whose privacy policy is its configuration.' },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problem) },
    },
  }
}

function operationOf({ path, scope, summary, body, streams, answer }: Route): Readonly<Record<string, unknown>> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const parameters = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  const media = [
    ...(body ? [['application/json', { schema: schemaOf(body) }] as const] : []),
    ...streams.map((type) => [type, { schema: { type: 'string' } }] as const),
  ]
  const content = answer.schema ? { content: { 'application/json': { schema: schemaOf(answer.schema) } } } : {}
  const fault = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return {
    summary,
    ...(scope === null ? { security: [] } : { 'x-scope': [scope].flat() }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(media.length > 0 ? { requestBody: { required: true, content: Object.fromEntries(media) } } : {}),
    responses: {
      [answer.status]: { description: summary, ...content },
      default: { description: 'A fault, with a stable code and the next step.', content: fault },
    },
  }
}
