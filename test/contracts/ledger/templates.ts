import { describe, expect, it } from 'vitest'
import type { Stage } from './stage.ts'

const day = 86_400_000

export function keepsMailTemplates(stage: Stage): void {
  const { ledger, clock, purged } = stage
  const put = (digest: string, name = 'welcome') =>
    ledger.keepMailTemplate({ name, digest, source: `{"v":"${digest}"}` }, clock.now(), clock.now() + 3 * day)

  describe('templates of mails', () => {
    it('has one version of a name in use, and the others under their digests', async () => {
      await put('one')
      clock.passDays(1)
      await put('two')
      await put('one', 'farewell')
      expect(await ledger.mailTemplate('welcome')).toMatchObject({ digest: 'two', source: '{"v":"two"}', inUse: true })
      expect(await ledger.mailTemplate('welcome', 'one')).toMatchObject({ digest: 'one', inUse: false })
      expect(await ledger.mailTemplate('welcome', 'three')).toBeNull()
      expect(await ledger.mailTemplate('other')).toBeNull()
      const listed = (await ledger.mailTemplates()).map(({ name, digest }) => `${name} ${digest}`)
      expect(listed).toEqual(['farewell one', 'welcome two', 'welcome one'])
    })

    it('forgets a replaced version after its days, and the one in use only when it is told to', async () => {
      for (const digest of ['one', 'two', 'one']) await put(digest)
      clock.passDays(4)
      expect(await purged('mail_templates')).toBe(1)
      expect(await ledger.mailTemplate('welcome', 'two')).toBeNull()
      clock.passDays(4000)
      await stage.purge()
      expect(await ledger.mailTemplate('welcome')).toMatchObject({ digest: 'one' })
      expect([await ledger.dropMailTemplate('welcome'), await ledger.dropMailTemplate('welcome')]).toEqual([
        true,
        false,
      ])
      expect(await ledger.mailTemplates()).toEqual([])
    })
  })
}
