import { Fault, newId } from '../base/index.ts'
import type { Tracing } from '../queue/index.ts'
import type { Config } from './config.ts'

export interface OpenTelemetry {
  readonly tracing: Tracing
  /** Sends what is gathered, for two seconds at most. */
  close(): Promise<void>
}

const closeMillis = 2000

/**
 * OpenTelemetry for BullMQ's own spans; the queue's allow-list stands before it. The vendor is loaded when it is asked for, and
 * not before. Throws `telemetry_missing` where it is not installed, which npm may decide for an optional package.
 */
export async function openTelemetry({
  telemetry,
  roles,
  version,
}: Pick<Config, 'telemetry' | 'roles' | 'version'>): Promise<OpenTelemetry | null> {
  if (telemetry === null) return null
  const { tasks } = await import('../upkeep/index.ts')
  const { api, hooks, core, exporter, resources, sdk, adapter } = await vendors()
  const provider = new sdk.TracerProvider({
    // Named here and nowhere else: the SDK's own detectors would add host, user and command line.
    resource: resources.resourceFromAttributes({
      'service.name': 'lethe',
      'service.version': version,
      'service.instance.id': newId(),
      'lethe.roles': [...roles],
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(telemetry.share) }),
    spanLimits: { attributeCountLimit: 16, attributeValueLengthLimit: 100, eventCountLimit: 8 },
    spanProcessors: [
      new sdk.BatchSpanProcessor({ exporter: new exporter.OTLPTraceExporter({ url: tracesUrl(telemetry.endpoint) }) }),
    ],
  })
  // The adapter knows only what is registered. No baggage: what another service hangs on a trace is none of ours.
  api.trace.setGlobalTracerProvider(provider)
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable())
  api.propagation.setGlobalPropagator(new core.W3CTraceContextPropagator())
  const { tracer, contextManager } = new adapter.BullMQOtel({ tracerName: 'lethe', version })
  return {
    tracing: {
      adapter: {
        tracer,
        contextManager: {
          with: contextManager.with.bind(contextManager),
          active: contextManager.active.bind(contextManager),
          getMetadata: contextManager.getMetadata.bind(contextManager),
          fromMetadata: contextManager.fromMetadata.bind(contextManager),
          // Without it each turn of a worker's loop would hang on the span of its first.
          root: () => api.ROOT_CONTEXT,
        },
      },
      tasks: new Set(tasks.map(({ name }) => name)),
    },
    async close() {
      const done = provider.shutdown().catch(() => undefined)
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeMillis)
      })
      await Promise.race([done, late]).finally(() => clearTimeout(timer))
      api.trace.disable()
      api.context.disable()
      api.propagation.disable()
    },
  }
}

/** The OpenTelemetry specification (OTLP exporter, endpoint URLs for HTTP): the path of the signal is put behind the base. */
const tracesUrl = (endpoint: URL): string => `${endpoint.href.replace(/\/$/, '')}/v1/traces`

async function vendors() {
  try {
    return {
      api: await import('@opentelemetry/api'),
      hooks: await import('@opentelemetry/context-async-hooks'),
      core: await import('@opentelemetry/core'),
      exporter: await import('@opentelemetry/exporter-trace-otlp-http'),
      resources: await import('@opentelemetry/resources'),
      sdk: await import('@opentelemetry/sdk-trace'),
      adapter: await import('bullmq-otel'),
    }
  } catch (cause) {
    throw new Fault(
      'telemetry_missing',
      'LETHE_OTEL is set, and the packages for traces are not installed.',
      'Install without --omit=optional, or leave LETHE_OTEL and OTEL_EXPORTER_OTLP_ENDPOINT out.',
      { cause },
    )
  }
}
