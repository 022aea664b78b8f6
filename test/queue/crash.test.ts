import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openQueue } from '../../src/queue/index.ts'
import { havePostgres, ownDatabase, sayWithoutPostgres } from './postgres.ts'
import { haveRedis, ownRedis, sayWithoutRedis } from './redis.ts'
import { until } from './until.ts'

/** Starts the worker process and waits until it holds a job. */
async function busyWorker(url: string): Promise<{ readonly child: ChildProcess; readonly id: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  await until(() => said.includes('\n'), 20_000)
  return { child, id: said.trim().slice('has '.length) }
}

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })

describe('a worker that is killed in the middle of its work', () => {
  it('leaves its job on PGlite to the next start, at once', async () => {
    const url = `pglite:${mkdtempSync(join(tmpdir(), 'lethe-crash-'))}`
    const { child, id } = await busyWorker(url)
    await killed(child)
    const queue = await openQueue(url)
    const seen: string[] = []
    queue.workWindows(async (ids) => void seen.push(...ids), 1)
    await until(() => seen.length > 0, 3000)
    expect(seen).toEqual([id])
    await until(async () => (await queue.depths('send')).active === 0)
    await queue.close()
  }, 120_000)

  it('leaves its job on Redis to the others within 30 seconds', async () => {
    if (!haveRedis) return sayWithoutRedis('jobs of a killed worker')
    const redis = await ownRedis()
    const queue = await openQueue(redis.url)
    const { child, id } = await busyWorker(redis.url)
    const seen: string[] = []
    queue.workWindows(async (ids) => void seen.push(...ids), 1)
    await killed(child)
    await until(() => seen.length > 0, 30_000)
    expect(seen).toEqual([id])
    await queue.close()
    await redis.kill()
  }, 120_000)

  it('leaves its job on PostgreSQL to the others within 30 seconds', async () => {
    if (!havePostgres) return sayWithoutPostgres('jobs of a killed worker')
    const database = await ownDatabase()
    const queue = await openQueue(database.url)
    const { child, id } = await busyWorker(database.url)
    const seen: string[] = []
    queue.workWindows(async (ids) => void seen.push(...ids), 1)
    await killed(child)
    await until(() => seen.length > 0, 30_000)
    expect(seen).toEqual([id])
    await queue.close()
    await database.drop()
  }, 120_000)
})
