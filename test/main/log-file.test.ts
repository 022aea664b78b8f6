import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ageLog, logFile } from '../../src/main/log-file.ts'

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'lethe-log-')), 'lethe.log')
const line = (at: string, event: string): string => `${JSON.stringify({ at, level: 'info', event })}\n`
const noon = (day: number): string => `2026-03-0${day}T12:00:00.000Z`

describe('a log file', () => {
  it('belongs to its owner alone and goes on where it ended', () => {
    const path = fresh()
    logFile(path)(line(noon(1), 'a'))
    logFile(path)(line(noon(1), 'b'))
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('past 16 MB is set aside, also when it was that long before the start', () => {
    const path = fresh()
    writeFileSync(path, line(noon(1), 'x'.repeat(17 * 1024 * 1024)))
    const write = logFile(path)
    write(line(noon(2), 'first'))
    write(line(noon(2), 'second'))
    expect(readFileSync(path, 'utf8')).toBe(line(noon(2), 'first') + line(noon(2), 'second'))
    expect(statSync(`${path}.1`).size).toBeGreaterThan(17 * 1024 * 1024)
  })

  it('loses the lines that are older than the policy keeps them, in both its parts, and what has no date', () => {
    const path = fresh()
    writeFileSync(path, `${line(noon(3), 'old')}${line(noon(5), 'young')}not a line of ours\n`)
    writeFileSync(`${path}.1`, line(noon(1), 'older') + line(noon(4), 'just young'))
    expect(ageLog(path, Date.parse(noon(4)))).toBe(3)
    expect(readFileSync(path, 'utf8')).toBe(line(noon(5), 'young'))
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(line(noon(4), 'just young'))
    expect(ageLog(path, Date.parse(noon(4)))).toBe(0)
  })

  it('that is not there has nothing to lose', () => {
    expect(ageLog(fresh(), 0)).toBe(0)
  })

  it('that cannot be made is a fault, and one that vanishes later ends nobody', () => {
    const path = fresh()
    expect(() => logFile(join(path, 'below', 'lethe.log'))).toThrow(expect.objectContaining({ code: 'log_unwritable' }))
    const write = logFile(path)
    rmSync(path)
    mkdirSync(path)
    expect(() => write(line(noon(1), 'lost'))).not.toThrow()
    rmSync(path, { recursive: true })
    write(line(noon(1), 'kept'))
    expect(existsSync(path)).toBe(true)
  })
})
