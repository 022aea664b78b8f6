import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { searchFiles } from '../../src/main/byte-search.ts'
import { lockFolder } from '../../src/main/lock.ts'

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'lethe-lock-')), 'data')

/** Another process that locks `folder` and stays; resolves with its first line. */
async function lockElsewhere(folder: string) {
  const program = `
    import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../src/main/lock.ts'))}
    try { lockFolder(process.argv[1]); console.log('held') } catch (fault) { console.log(fault.code) }
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())))
  const killed = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  return { said, killed }
}

describe('the data folder', () => {
  it('is made for its owner alone', () => {
    const folder = fresh()
    const lock = lockFolder(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'lock')).mode & 0o777).toBe(0o600)
    lock.release()
  })

  it('belongs to one process at a time', async () => {
    const folder = fresh()
    const lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'data_locked' }))
    const refused = await lockElsewhere(folder)
    expect(refused.said).toBe('data_locked')
    await refused.killed()
    lock.release()
    lockFolder(folder).release()
  })

  it('stays locked when its bytes are searched', async () => {
    const folder = fresh()
    const lock = lockFolder(folder)
    writeFileSync(join(folder, 'some'), 'a needle, and a needle')
    expect(await searchFiles([folder], [Buffer.from('needle'), Buffer.from('pin')])).toEqual([2, 0])
    const refused = await lockElsewhere(folder)
    expect(refused.said).toBe('data_locked')
    await refused.killed()
    lock.release()
  })

  it('is free again when its holder is killed with -9', async () => {
    const folder = fresh()
    const holder = await lockElsewhere(folder)
    expect(holder.said).toBe('held')
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'data_locked' }))
    await holder.killed()
    lockFolder(folder).release()
  })

  it('is refused with a next step when it is no folder', () => {
    const folder = fresh()
    writeFileSync(folder, '')
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'data_unwritable' }))
    rmSync(folder)
  })
})
