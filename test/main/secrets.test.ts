import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDataFolder } from '../../src/main/folder.ts'
import { openSecrets } from '../../src/main/secrets.ts'

const fresh = (): string => openDataFolder(join(mkdtempSync(join(tmpdir(), 'lethe-secrets-')), 'data'))
const mode = (path: string): number => statSync(path).mode & 0o777

describe('the secrets', () => {
  it('are made at the first start, for their owner alone, and kept', () => {
    const data = fresh()
    const first = openSecrets(data, null, null)
    expect([mode(data), mode(join(data, 'keys')), mode(join(data, 'api-key'))]).toEqual([0o700, 0o600, 0o600])
    expect(first.operatorKeys).toHaveLength(1)
    expect(first.apiKey).toMatch(/^[\w-]{43}$/)
    expect(openSecrets(data, null, null)).toEqual(first)
  })

  it('of two folders are unlike', () => {
    const [a, b] = [openSecrets(fresh(), null, null), openSecrets(fresh(), null, null)]
    expect(a.apiKey).not.toBe(b.apiKey)
    expect(Buffer.from(a.operatorKeys[0]!.key).equals(b.operatorKeys[0]!.key)).toBe(false)
  })

  it('close a data folder that was open to others', () => {
    const data = join(mkdtempSync(join(tmpdir(), 'lethe-secrets-')), 'data')
    mkdirSync(data, { mode: 0o755 })
    openDataFolder(data)
    expect(mode(data)).toBe(0o700)
  })

  it('that the environment brings are not written down, and the audit is told where they lie', () => {
    const data = fresh()
    const given = openSecrets(data, `k7:${Buffer.alloc(32, 3).toString('base64')}`, 'an-api-key-of-the-environment')
    expect(given).toMatchObject({ keysBesideData: false, apiKey: 'an-api-key-of-the-environment' })
    expect(() => readFileSync(join(data, 'keys'))).toThrow('ENOENT')
    expect(() => readFileSync(join(data, 'api-key'))).toThrow('ENOENT')
    expect(openSecrets(data, null, null).keysBesideData).toBe(true)
  })

  it.each(['lethe.db', 'keys.db', 'epochs'])('are not made anew beside a %s that they once sealed', (store) => {
    const data = fresh()
    openSecrets(data, null, null)
    writeFileSync(join(data, store), 'x')
    const lost = expect.objectContaining({ code: 'keys_lost' })
    writeFileSync(join(data, 'keys'), '')
    expect(() => openSecrets(data, null, null)).toThrow(lost)
    rmSync(join(data, 'keys'))
    expect(() => openSecrets(data, null, null)).toThrow(lost)
    expect(() => readFileSync(join(data, 'keys'))).toThrow('ENOENT')
  })

  it('that a full disk left empty at the first start are made anew', () => {
    const data = fresh()
    for (const name of ['keys', 'api-key']) writeFileSync(join(data, name), '')
    expect(openSecrets(data, null, null).apiKey).toMatch(/^[\w-]{43}$/)
    expect(mode(join(data, 'keys'))).toBe(0o600)
  })

  it('that were cut are refused without a word of them', () => {
    const data = fresh()
    writeFileSync(join(data, 'keys'), 'k1:c2VjcmV0\n')
    expect(() => openSecrets(data, null, null)).toThrow(
      expect.objectContaining({ code: 'keys_malformed', message: expect.not.stringContaining('c2Vj') }),
    )
  })
})
