import { createServer } from 'node:http'

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** What a test reads of a span in OTLP's JSON form. */
export interface SpanSeen {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: readonly Attribute[]
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[]
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly SpanSeen[] }[]
  }[]
}

/** An OTLP collector over HTTP that keeps every byte that it was sent, the heads of the requests among them. */
export async function openCollector() {
  const bytes: string[] = []
  const bodies: Exported[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      bytes.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n${body}`)
      if (request.url === '/v1/traces') bodies.push(JSON.parse(body) as Exported) // the exporter writes exactly this
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    bytes: () => bytes.join('\n'),
    resources: () =>
      bodies.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ resource }) => resource.attributes)),
    spans: () =>
      bodies.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
