import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newHandle, newId } from '../../src/base/index.ts'
import { openQueue } from '../../src/queue/index.ts'
import { someEvents } from './events.ts'
import { until } from './until.ts'

/** Those of `needles` that lie in a file below `folder`, byte for byte, inside or outside of the write-ahead log. */
function found(folder: string, needles: readonly string[], where: 'tables' | 'anywhere'): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const read = files.filter(({ parentPath }) => where === 'anywhere' || !parentPath.includes('pg_wal'))
  const all = Buffer.concat(read.map(({ parentPath, name }) => readFileSync(join(parentPath, name))))
  return needles.filter((needle) => all.includes(needle))
}

describe('the files of the embedded queue', () => {
  it('show what waits, also past 2 KB, and nothing of it after the work is done and cleaned', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-residue-'))
    const queue = await openQueue(`pglite:${folder}`)
    const handle = newHandle()
    await queue.board.stop([{ handle, until: 20_000 }])
    await queue.commitEvents([...someEvents(20), ...someEvents(1, 'Needleland'), ...someEvents(20)])
    const ids = Array.from({ length: 200 }, () => newId())
    await queue.addWindow(ids)
    await queue.clean(0) // writes the tables out
    const needles = ['Needleland', handle, ...ids]
    expect(found(folder, needles, 'tables')).toEqual(needles)
    queue.workEvents(async () => {}, 1)
    queue.workWindows(async () => {}, 1)
    await until(async () => (await queue.depths('record')).waiting + (await queue.depths('send')).waiting === 0)
    await until(async () => (await queue.depths('record')).active + (await queue.depths('send')).active === 0)
    await queue.board.lift([handle])
    await queue.clean(0)
    expect(found(folder, needles, 'anywhere')).toEqual([])
    await queue.close()
  })
})
