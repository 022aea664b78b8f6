import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import type { Environment } from './lethe.ts'

/**
 * Proof that a byte search can see: puts a mark inside a value over 2 KB, in the table (or the Redis) where a batch of
 * events would lie, and lets the engine rewrite its files. Call it while Lethe is stopped.
 */
export async function plant(env: Environment & { readonly LETHE_QUEUE?: string }): Promise<string> {
  const mark = `planted-${randomUUID()}`
  const value = `${'x'.repeat(3000)}${mark}${'y'.repeat(3000)}`
  if (env.LETHE_QUEUE?.startsWith('redis:')) {
    const cli = (...words: string[]) =>
      execFileSync('redis-cli', ['-u', env.LETHE_QUEUE!, ...words], { stdio: 'ignore' })
    cli('set', 'planted', value)
    cli('bgrewriteaof')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return mark
  }
  const row = `INSERT INTO bullmq.job (queue, id, seq, name, state, data, added_at_ms) VALUES ($1, $2, $3, $4, 'waiting', $5, 0)`
  const values = ['planted', randomUUID(), 1, 'events', JSON.stringify([value])]
  if (env.LETHE_QUEUE?.startsWith('postgres:')) {
    const client = new Client({ connectionString: env.LETHE_QUEUE })
    await client.connect()
    await client.query(row, values)
    await client.query('CHECKPOINT')
    await client.end()
    return mark
  }
  const database = await PGlite.create(join(env.LETHE_DATA, 'queue'))
  await database.query(row, values)
  await database.exec('CHECKPOINT')
  await database.close()
  return mark
}
