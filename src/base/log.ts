import type { Clock } from './clock.ts'

/**
 * The only fields that a log line may carry. Each is an id, a code, a count or a name from this code base: none can hold
 * an address, a subject line, an IP, a user agent, a URL or the text of an SMTP answer (law 2).
 */
export interface LogFields {
  readonly code?: string
  readonly role?: string
  readonly queue?: string
  readonly task?: string
  readonly route?: string
  readonly method?: string
  readonly status?: number
  readonly message?: string
  readonly campaign?: string
  readonly case?: string
  readonly policy?: string
  readonly count?: number
  readonly millis?: number
  readonly bytes?: number
  readonly attempt?: number
  readonly port?: number
}

const allowed: ReadonlySet<string> = new Set<keyof LogFields>([
  ...(['code', 'role', 'queue', 'task', 'route', 'method', 'status', 'message', 'campaign', 'case'] as const),
  ...(['policy', 'count', 'millis', 'bytes', 'attempt', 'port'] as const),
])

type Level = 'info' | 'warn' | 'error'

export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const framed: ReadonlySet<string> = new Set([...allowed, 'at', 'level', 'event'])

/** True if this is a line as newLog writes it: one flat object of allowed fields. An audit reads every line like this. */
export function isLogLine(line: string): boolean {
  let fields: unknown
  try {
    fields = JSON.parse(line)
  } catch {
    return false
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return false
  return Object.entries(fields).every(
    ([key, value]) => framed.has(key) && (typeof value === 'string' || typeof value === 'number'),
  )
}

/** One JSON object a line into `write`. A field outside the allow-list is dropped, also when a cast let it through. */
export function newLog(write: (line: string) => void, clock: Clock): Log {
  const put = (level: Level, event: string, fields: LogFields = {}): void => {
    const kept = Object.entries(fields).filter(([key, value]) => allowed.has(key) && value !== undefined)
    const line = { at: new Date(clock.now()).toISOString(), level, event, ...Object.fromEntries(kept) }
    write(`${JSON.stringify(line)}\n`)
  }
  return {
    info: (event, fields) => put('info', event, fields),
    warn: (event, fields) => put('warn', event, fields),
    error: (event, fields) => put('error', event, fields),
  }
}
