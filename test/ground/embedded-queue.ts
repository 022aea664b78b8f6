import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { openPglite } from '../../src/queue/pglite.ts'

/**
 * Puts an embedded queue that was opened and closed before into a data folder that has none. Making one anew costs seconds
 * of a processor, opening one a tenth of that; a Lethe on a copy is in the state of its second start.
 */
export async function layEmbeddedQueue(data: string): Promise<void> {
  const scratch = process.env.LETHE_TEST_SCRATCH
  const to = join(data, 'queue')
  if (!scratch || existsSync(to)) return
  const ready = join(scratch, 'queue')
  if (!existsSync(ready)) await make(scratch, ready)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  cpSync(ready, to, { recursive: true })
}

async function make(scratch: string, ready: string): Promise<void> {
  const own = mkdtempSync(join(scratch, 'making-'))
  const engine = await openPglite(`pglite:${own}`, {})
  await engine.close()
  try {
    renameSync(own, ready)
  } catch {} // another file of tests was first: its queue is as good
}
