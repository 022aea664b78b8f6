import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/main/config.ts'
import { foreignKinds } from '../../src/main/data-files.ts'

describe('the data folder', () => {
  let data: string
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'lethe-files-'))
  })
  afterEach(() => rmSync(data, { recursive: true, force: true }))

  const put = (...names: readonly string[]) => {
    for (const name of names) writeFileSync(join(data, name), '')
  }
  const kinds = (env: Readonly<Record<string, string>> = {}) => foreignKinds(readConfig({ LETHE_DATA: data, ...env }))

  it('knows what Lethe puts there, its drafts and what SQLite keeps beside it', () => {
    mkdirSync(join(data, 'queue'))
    put('lock', 'keys', 'api-key', 'keys.new', 'lethe.db', 'lethe.db-wal', 'lethe.db-shm', 'keys.db', 'keys.db-wal')
    put(
      'epochs',
      'audit-head',
      'erased',
      'rehearsal',
      'networks.json',
      'networks.json.77.new',
      'policies',
      'policies.77',
    )
    expect(kinds()).toEqual([])
  })

  it('knows what the settings put there', () => {
    mkdirSync(join(data, 'mail'))
    put('lethe.log', 'lethe.log.1', 'mine.yaml', 'dkim.pem', 'other.db')
    const env = {
      ...{ LETHE_LOG: join(data, 'lethe.log'), LETHE_POLICY: join(data, 'mine.yaml') },
      ...{ LETHE_DKIM: `example.org:mail:${join(data, 'dkim.pem')}`, LETHE_STORE: `sqlite:${join(data, 'other.db')}` },
    }
    expect(kinds(env)).toEqual(['folder'])
  })

  it('tells the kinds of everything else, and no name', () => {
    mkdirSync(join(data, 'mira@example.org'))
    put('lethe.db.bak', 'export.csv', 'dump', 'mira@example.org.csv', 'to.mira@example')
    expect(kinds().toSorted()).toEqual(['bak', 'csv', 'csv', 'file', 'file', 'folder'])
  })
})
