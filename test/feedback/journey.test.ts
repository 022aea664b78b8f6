import { mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import { environment, freePort, type Lethe, startLethe, until } from '../journeys/lethe.ts'
import { findNeedles } from '../journeys/needles.ts'
import { dsn } from './reports.ts'

const domain = 'bounces.example.com'
let lethe: Lethe | null = null
afterEach(async () => {
  await lethe?.stop()
  lethe = null
})

interface Received {
  readonly from: string
  readonly to: string
}

async function start(settings: Readonly<Record<string, string>>): Promise<Lethe> {
  lethe = await startLethe(await environment({ LETHE_RETURN_PATH: domain, ...settings }))
  return lethe
}

async function send(to: string) {
  const body = { to: { email: to }, subject: 'Hello', text: 'Hello', purpose: 'deliver' }
  const { json } = await lethe!.call('POST', '/v1/messages', body)
  const settled = await until(async () => {
    const { status } = (await lethe!.call<{ status: string }>('GET', `/v1/messages/${json.id}`)).json
    return status === 'queued' || status === 'sending' ? null : status
  })
  const { json: box } = await lethe!.call<{ mails: readonly Received[] }>('GET', `/v1/mailbox?to=${to}`)
  return { id: String(json.id), status: settled, from: box.mails?.at(-1)?.from ?? '' }
}

const message = async (id: string) => (await lethe!.call<{ status: string }>('GET', `/v1/messages/${id}`)).json

// A start takes its time on a loaded machine.
describe('a mail that comes back to a running Lethe', { timeout: 300_000 }, () => {
  it('over SMTP stops the next one, and leaves no byte of itself', async () => {
    const port = await freePort()
    await start({ LETHE_INBOUND: `127.0.0.1:${port}` })
    const { id, status, from } = await send('mira@example.org')
    expect(status).toBe('sent')
    expect(from).toMatch(new RegExp(`^[a-z2-7]{60}@${domain}$`))
    const relay = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
    const deliver = (to: string) => relay.sendMail({ envelope: { from: '', to }, raw: dsn({ to }) })

    const forged = `${from[0] === 'a' ? 'b' : 'a'}${from.slice(1)}`
    await expect(deliver(forged)).rejects.toMatchObject({ responseCode: 550 })
    await expect(deliver(`someone@${domain}`)).rejects.toMatchObject({ responseCode: 550 })
    await expect(deliver('someone@elsewhere.example')).rejects.toMatchObject({ responseCode: 550 })
    expect(await message(id)).toMatchObject({ status: 'sent' })

    await deliver(from)
    expect(await message(id)).toMatchObject({ status: 'bounced', reason: 'bounce_550_5.1.1' })
    expect((await send('mira@example.org')).status).toBe('refused')
    // No report, and no name of a mail system: that nobody may answer it is all that tells it from a reader's mail.
    const told = [
      'From: notices@relay.example',
      'Subject: Delivery failed',
      '',
      '<nora@example.org>: 550 5.1.1 User unknown',
    ]
    const raw = `${told.join('\r\n')}\r\n`
    for (const sender of ['notices@relay.example', '']) {
      const nora = await send('nora@example.org')
      expect(nora.status).toBe('sent')
      await relay.sendMail({ envelope: { from: sender, to: nora.from }, raw })
    }
    expect((await send('nora@example.org')).status).toBe('refused')

    const { text } = await lethe!.call('GET', '/metrics')
    expect(text).toContain('lethe_feedback_total{outcome="hard"} 2')
    expect(text).not.toMatch(/needle|mira/i)
    const { env, log } = lethe!
    const said = log()
    await lethe!.stop()
    lethe = null
    expect(said).not.toMatch(/needle|mira@/i)
    const needles = ['Needle-Returned-Subject', 'Needle-Returned-Body', 'needle.reader@example.org', 'Needle-Reader']
    expect(findNeedles([env.LETHE_DATA], needles)).toEqual([])
  })

  it('in a spool folder is read once and removed', async () => {
    const spool = mkdtempSync(join(tmpdir(), 'lethe-spool-'))
    mkdirSync(join(spool, 'new'))
    await start({ LETHE_SPOOL: spool })
    const { id, from } = await send('mira@example.org')
    const original = `Return-Path: <${from}>\r\n\r\nNeedle`
    writeFileSync(join(spool, '.one'), dsn({ to: 'x@example.com', original }))
    renameSync(join(spool, '.one'), join(spool, 'new', 'one.eml'))
    writeFileSync(join(spool, 'two.eml'), 'no mail at all')
    expect(await until(async () => (await message(id)).status === 'bounced', 60)).toBe(true)
    expect(await until(() => readdirSync(spool).length === 1 && readdirSync(join(spool, 'new')).length === 0, 60)).toBe(
      true,
    )
  })
})
