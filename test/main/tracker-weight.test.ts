import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'

const source = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot(), path)).href)

// What `lethe up --roles tracker` loads on Redis, listed by Node itself: our files, packages, and Node's own modules.
const script = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
  await import(${source('src/main/up/index.ts')})
  await import(${source('src/main/edge/run.ts')})
  await import(${source('src/queue/redis.ts')})
  console.log(JSON.stringify({ loaded, own: process.moduleLoadList }))
`

describe('a tracker of its own', () => {
  let loaded: readonly string[] = []
  let own: readonly string[] = []

  beforeAll(() => {
    const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]
    const told: unknown = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 1e7 }))
    ;({ loaded, own } = told as { loaded: string[]; own: string[] }) // the script above wrote it
  }, 60_000)

  it('holds the queue and the hits', () => {
    expect(loaded.some((url) => url.includes('/node_modules/ioredis/'))).toBe(true)
    expect(loaded.some((url) => url.endsWith('/src/http/tracker.ts'))).toBe(true)
  })

  it.each([
    ...['better-sqlite3', 'drizzle-orm', 'pg', '@electric-sql/pglite', 'nodemailer', 'smtp-server', 'postal-mime'],
    ...['@hono/node-server', '@myriaddreamin/typst-ts-node-compiler', '@opentelemetry/api'],
  ])('does not load %s', (name) => {
    expect(loaded.filter((url) => url.includes(`/node_modules/${name}/`))).toEqual([])
  })

  it.each(['ledger', 'http/pages/app', 'upkeep/rights', 'upkeep/audit', 'sending/feedback/returned'])(
    'does not load our %s',
    (path) => {
      expect(loaded.filter((url) => url.includes(`/src/${path}`))).toEqual([])
    },
  )

  it('does not load the clients of fetch and HTTP/2 with the server', () => {
    expect(own.some((name) => name === 'NativeModule _http_server')).toBe(true)
    expect(own.filter((name) => /undici\/undici$|NativeModule http2$/.test(name))).toEqual([])
  })
})
