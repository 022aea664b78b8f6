import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigFault, readConfig } from '../../src/main/index.ts'

const read = (env: Readonly<Record<string, string>>) => readConfig(env).feedback

/** The sentences of everything that is wrong, which hold no secret. */
function faults(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults.map(({ message, next }) => `${message} ${next}`)
    throw error
  }
}

describe('the settings of what comes back', () => {
  it('are all off by default', () => {
    const off = { returnPath: null, inbound: null, spool: null, ses: null, postmark: null, mailgun: null }
    expect(read({})).toEqual(off)
  })

  it('are read as they are meant', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-spool-'))
    const env = { LETHE_RETURN_PATH: 'Bounces.Example.org', LETHE_INBOUND: '0.0.0.0:2525', LETHE_SPOOL: folder }
    const read_ = read({ ...env, LETHE_POSTMARK_WEBHOOK: 'lethe:0123456789abcdef' })
    expect(read_).toMatchObject({ returnPath: 'bounces.example.org', inbound: { host: '0.0.0.0', port: 2525 } })
    expect(read_).toMatchObject({ spool: folder, postmark: 'lethe:0123456789abcdef' })
  })

  it('say what is wrong with each, all at once', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lethe-sns-')), 'none.pem')
    writeFileSync(file, 'no certificate')
    const wrong = faults({
      ...{ LETHE_RETURN_PATH: 'not a domain', LETHE_INBOUND: 'nowhere', LETHE_SPOOL: '/nowhere/at/all' },
      ...{ LETHE_SES_TOPIC: 'arn:aws:sns:x', LETHE_SES_CERTIFICATE: file },
      ...{ LETHE_POSTMARK_WEBHOOK: 'short', LETHE_MAILGUN_SIGNING_KEY: 'secret-too' },
    })
    expect(wrong).toHaveLength(6)
    expect(wrong.join(' ')).not.toMatch(/secret-too|short:|nowhere\/at/)
    expect(faults({ LETHE_INBOUND: '127.0.0.1:2525' }).join()).toContain('LETHE_RETURN_PATH')
    expect(faults({ LETHE_SES_TOPIC: 'arn:aws:sns:x' }).join()).toContain('LETHE_SES_CERTIFICATE')
  })
})
