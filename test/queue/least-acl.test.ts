import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newHandle, newId, packageRoot } from '../../src/base/index.ts'
import { type BoardChange, openQueue } from '../../src/queue/index.ts'
import { idsOf, someEvents } from './events.ts'
import { haveRedis, sayWithoutRedis } from './redis.ts'
import { type Server, startServer } from './redis-fleet.ts'
import { until } from './until.ts'

const durable = ['--appendonly', 'yes', '--appendfsync', 'always']

/** The line that the page for operators tells them to write. */
function told(): readonly string[] {
  const page = readFileSync(join(packageRoot(), 'docs', 'redis.md'), 'utf8')
  const line = /^ACL SETUSER lethe [^\n\\]+(?:\\\n[^\n\\]+)*/m.exec(page)?.[0] ?? ''
  return line.replace(/\\\n/g, ' ').split(/\s+/).slice(1)
}

async function serverWith(words: readonly string[]): Promise<{ readonly server: Server; readonly url: string }> {
  const server = await startServer(durable)
  await server.ask('acl', ...words.map((word) => (word.startsWith('>') ? '>secret' : word)))
  return { server, url: `redis://lethe:secret@127.0.0.1:${server.port}` }
}

if (!haveRedis) it('is not tried here', () => sayWithoutRedis('the least user of Redis'))

it.runIf(haveRedis)(
  'does all of its work as the least user of the page for operators',
  async () => {
    const { server, url } = await serverWith(told())
    const notices: string[] = []
    const queue = await openQueue(url, { noticed: ({ code }) => notices.push(code) })
    try {
      expect(await queue.warnings()).toEqual([])
      const heard: BoardChange[] = []
      await queue.board.follow((change) => heard.push(change))
      const [events, window, handle] = [someEvents(50), [newId(), newId()], newHandle()]
      const seen: string[] = []
      const ran: string[] = []
      let failures = 0
      queue.workEvents(async (wires) => {
        if (failures++ < 2) throw new Error('once more')
        seen.push(...wires.map(([id]) => id))
      }, 2)
      queue.workWindows(async (ids) => void seen.push(...ids), 1)
      queue.workUpkeep(async (task) => void ran.push(task))
      await queue.commitEvents(events)
      await queue.addWindow(window)
      await queue.schedule([{ name: 'strays', everyMillis: 300 }])
      await until(() => ran.length >= 2, 30_000)
      await queue.schedule([{ name: 'purge', everyMillis: 3_600_000 }])
      await queue.schedule([])
      await until(() => seen.length === 52, 30_000)
      expect(seen.toSorted()).toEqual([...idsOf(events), ...window].toSorted())

      await queue.board.stop([{ handle, until: 20_000 }])
      await queue.board.lift([handle])
      await until(() => heard.length >= 3, 30_000)
      await queue.board.expire(20_001)
      await queue.board.pin({ policy: 'text' })
      expect(await queue.board.pinned('policy')).toBe('text')
      expect((await queue.inspect()).foreign).toEqual([])
      for await (const { text } of queue.contents()) expect(text).not.toContain('@')
      await queue.depths('record')
      await queue.clean(0)
      expect(await queue.forget()).toBe('done')
      // Stalled jobs are looked for each five seconds.
      await new Promise((resolve) => setTimeout(resolve, 6000))
      expect(await server.ask('acl', 'log')).toEqual([])
      expect(notices.filter((code) => code === 'engine_error')).toEqual([])
    } finally {
      await queue.close()
      await server.kill()
    }
  },
  120_000,
)

it.runIf(haveRedis)(
  'says what it cannot do or see without each of the three dangerous commands',
  async () => {
    const without = told().filter((word) => !['+info', '+config|get', '+bgrewriteaof'].includes(word))
    const { server, url } = await serverWith([...without, '+info'])
    const queue = await openQueue(url)
    expect((await queue.warnings()).map(({ code }) => code)).toEqual(['queue_durability_unseen'])
    expect(await queue.forget()).toBe('refused')
    await queue.close()
    await server.kill()
  },
  120_000,
)

it.runIf(haveRedis)(
  'can do nothing to keys that are not the queue’s',
  async () => {
    const { server } = await serverWith(told())
    const words = ['acl', 'dryrun', 'lethe']
    expect(String(await server.ask(...words, 'set', 'other', '1'))).toMatch(/no permissions/)
    expect(String(await server.ask(...words, 'flushall'))).toMatch(/no permissions/)
    expect(String(await server.ask(...words, 'get', '{lethe}:record:id'))).toBe('OK')
    await server.kill()
  },
  120_000,
)
