import { describe, expect, it } from 'vitest'
import { judge, newBounded, readReturned, type Verdict } from '../../src/sending/feedback/index.ts'
import { dsn } from './reports.ts'

const verdictOn = async (raw: Buffer): Promise<Verdict | null> => {
  const mail = await readReturned(raw)
  return mail && judge(mail)
}

const nested = (levels: number, inner: string): Buffer => {
  let body = inner
  for (let level = 0; level < levels; level++) {
    body = `Content-Type: multipart/mixed; boundary="n${level}"\r\n\r\n--n${level}\r\n${body}\r\n--n${level}--\r\n`
  }
  return Buffer.from(`From: MAILER-DAEMON@example.net\r\nSubject: failure notice\r\n${body}`)
}

describe('a hostile report', () => {
  it('of 10 MB is read at its ends only, and kept no further', async () => {
    const report = dsn({ to: 'x@example.com', original: `Subject: big\r\n\r\n${'x'.repeat(76)}\r\n`.repeat(120_000) })
    expect(report.length).toBeGreaterThan(10_000_000)
    expect(await verdictOn(report)).toMatchObject({ kind: 'bounce', class: 'hard', status: '5.1.1' })
    const bounded = newBounded()
    for (let at = 0; at < report.length; at += 65_536) bounded.add(report.subarray(at, at + 65_536))
    expect(bounded.mail().length).toBeLessThan(400_000)
    expect(await verdictOn(bounded.mail())).toMatchObject({ class: 'hard' })
  })

  it('of megabytes in one field, one line or nothing but line ends comes to an end', async () => {
    const head = 'From: MAILER-DAEMON@example.net\r\nSubject: failure notice\r\n'
    const floods = [
      `${head}\r\n${'\n'.repeat(2_000_000)}`,
      `${head}\r\n${' '.repeat(2_000_000)}`,
      `${head}\r\n${'550 5.1.1 '.repeat(200_000)}`,
      `${head}\r\n${'received:\n '.repeat(180_000)}`,
      `${head}\r\n${'<style '.repeat(200_000)}`,
      `${head}Content-Type: text/html\r\n\r\n${'<style><!--'.repeat(180_000)}`,
      `${head}X-Long: ${'y'.repeat(2_000_000)}\r\n\r\nbody`,
      `${head}\r\n${'no such user no such '.repeat(100_000)}`,
      `${head}\r\n${'-'.repeat(2_000_000)}`,
      `${head}\r\n${'a'.repeat(59)} `.repeat(100_000),
    ]
    for (const flood of floods) {
      const verdict = await verdictOn(Buffer.from(flood))
      expect(verdict?.kind === 'bounce' ? verdict.class : 'none').not.toBe('delivered')
    }
  }, 120_000)

  it('nested a hundred levels is read or given up, never hard by accident', async () => {
    const inner = 'Content-Type: text/plain\r\n\r\nHello\r\n'
    for (const levels of [1, 100, 128, 129, 1_000, 5_000]) {
      const verdict = await verdictOn(nested(levels, inner))
      expect(verdict?.kind === 'bounce' && verdict.class === 'hard').toBe(false)
    }
    const returned = 'Content-Type: message/rfc822\r\n\r\n'.repeat(100)
    expect(await verdictOn(Buffer.from(`Subject: failure notice\r\n${returned}Subject: x\r\n\r\ny`))).not.toBeNull()
  }, 60_000)

  it('of no bytes, of zeros or of noise is no bounce', async () => {
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, n) => (n * 7919) % 256))
    for (const raw of [Buffer.alloc(0), Buffer.alloc(100_000), noise, Buffer.from('\r\n\r\n')]) {
      expect((await verdictOn(raw))?.kind ?? 'unreadable').toMatch(/^(?:other|unreadable)$/)
    }
  })

  it('that returns a mail which looks like a bounce is judged by itself', async () => {
    const returned =
      'Subject: re\r\n\r\n550 5.1.1 user unknown\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n'
    const full = { status: '5.2.2', diagnostic: '552 5.2.2 over quota' }
    const report = dsn({ to: 'x@example.com', ...full, original: returned })
    expect(await verdictOn(report)).toMatchObject({ class: 'soft', status: '5.2.2' })
  })
})
