import { Fault } from '../base/index.ts'

/** Where traces go: an OTLP collector over HTTP, and the share of traces that are kept (0 to 1). */
export interface TelemetryConfig {
  readonly endpoint: URL
  readonly share: number
}

/** Traces of the queue: LETHE_OTEL, or the variable that every OpenTelemetry knows, and LETHE_OTEL_SHARE. Off without either. */
export function readTelemetry(value: (name: string) => string | undefined): TelemetryConfig | null {
  const name = value('LETHE_OTEL') ? 'LETHE_OTEL' : 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const text = value(name)
  if (text === undefined) return null
  const endpoint = URL.parse(text)
  if (!endpoint || !/^https?:$/.test(endpoint.protocol) || endpoint.search || endpoint.hash || endpoint.username) {
    const next = `Write ${name} as http://collector.example:4318; a key for it belongs into OTEL_EXPORTER_OTLP_HEADERS.`
    throw new Fault('config_invalid', `${name} is not the base address of a collector.`, next)
  }
  const share = Number(value('LETHE_OTEL_SHARE') ?? '1')
  if (share >= 0 && share <= 1) return { endpoint, share }
  const next = 'Write a number from 0 to 1, or leave LETHE_OTEL_SHARE out.'
  throw new Fault('config_invalid', 'LETHE_OTEL_SHARE is no share of all traces.', next)
}
