import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/base/index.ts'
import type { Stage } from './stage.ts'

const day = 86_400_000

export function keepsTemplates(stage: Stage): void {
  const { ledger, clock, purged } = stage
  const put = (digest: string, name = 'weaving') =>
    ledger.keepTemplate({ name, digest, bundle: Buffer.from(`bundle ${digest}`) }, clock.now(), clock.now() + 3 * day)

  describe('certificates', () => {
    it('keeps one template of a name in use, and the one before for mails that are queued', async () => {
      await put('one')
      await put('two')
      expect(await ledger.templateNamed('weaving')).toMatchObject({ digest: 'two', name: 'weaving' })
      expect(Buffer.from((await ledger.templateOf('one'))!.bundle).toString()).toBe('bundle one')
      expect(await ledger.templateNamed('other')).toBeNull()
      expect(await ledger.templateOf('three')).toBeNull()
    })

    it('forgets a replaced template after its days, and never the one in use', async () => {
      await put('one')
      await put('two')
      clock.passDays(3)
      expect(await purged('certificate_templates')).toBe(0)
      clock.passDays(1)
      expect(await purged('certificate_templates')).toBe(1)
      expect(await ledger.templateOf('one')).toBeNull()
      clock.passDays(400)
      await stage.purge()
      expect(await ledger.templateNamed('weaving')).toMatchObject({ digest: 'two' })
    })

    it('takes a template back into use when it is put again', async () => {
      for (const digest of ['one', 'two', 'one', 'one']) await put(digest)
      expect(await ledger.templateNamed('weaving')).toMatchObject({ digest: 'one' })
      clock.passDays(10)
      expect(await purged('certificate_templates')).toBe(1)
      expect(await ledger.templateOf('one')).not.toBeNull()
    })

    it('remembers the first revocation of a number for ever', async () => {
      const [id, other] = [newId(), newId()]
      const at = clock.now()
      expect(await ledger.revokeCertificate(id, at)).toBe(at)
      clock.passDays(4000)
      expect(await ledger.revokeCertificate(id, clock.now())).toBe(at)
      await stage.purge()
      expect(await ledger.certificateRevoked(id)).toBe(at)
      expect(await ledger.certificateRevoked(other)).toBeNull()
    })
  })
}
