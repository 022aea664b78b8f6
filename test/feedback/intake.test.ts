import { afterEach, describe, expect, it } from 'vitest'
import { newId } from '../../src/base/index.ts'
import { mintReturn, newKeyRing } from '../../src/gate/index.ts'
import { guardCampaign } from '../../src/sending/feedback/guard.ts'
import { stoppedBy } from '../../src/sending/feedback/index.ts'
import { openScene, type Scene } from '../sending/scene.ts'
import { arf, dsn, outOfOffice } from './reports.ts'

const domain = 'bounces.example.com'
let scene: Scene
afterEach(() => scene.close())

const consent = { at: '2026-01-02T00:00:00Z', source: 'form', wording: 'Yes, write to me.' }

async function send(to: string, purpose = 'deliver') {
  const body = { to: { email: to }, subject: 'Hello', text: 'Hello {{rights_url}} {{unsubscribe_url}}', purpose }
  const { json } = await scene.call('POST', '/v1/messages', body)
  await scene.work()
  const [mail] = await scene.transport.mailbox!.list({ to })
  scene.transport.mailbox!.clear()
  return { id: String(json.id), mail: mail!, local: mail?.from.split('@')[0] ?? '' }
}

const statusOf = async (id: string) => (await scene.call('GET', `/v1/messages/${id}`)).json

describe('what comes back', () => {
  it('comes back to a return path of the mail’s own, whatever its From', async () => {
    scene = await openScene({ returnPath: domain })
    const { mail, local, id } = await send('mira@example.org')
    expect(mail.from).toBe(`${mintReturn(scene.ring, id)}@${domain}`)
    expect(local.length).toBeLessThanOrEqual(64)
    const header = (name: string) => mail.headers.find((each) => each.name.toLowerCase() === name)?.value
    expect(header('from')).toContain('sender@example.com')
    expect(header('cfbl-address')).toBe(`complaints@${domain}; report=arf`)
    expect(header('cfbl-feedback-id')).toBe(local)
    expect(mail.raw).not.toContain(id)
  })

  it('makes no return path where none is configured', async () => {
    scene = await openScene()
    const { mail } = await send('mira@example.org')
    expect(mail.from).toBe('sender@example.com')
    expect(mail.raw).not.toMatch(/cfbl/i)
  })

  it('marks the message and refuses the next one after a hard bounce', async () => {
    scene = await openScene({ returnPath: domain })
    const { id, mail, local } = await send('mira@example.org')
    expect(await scene.intake.takeMail(dsn({ to: mail.from }), local)).toBe('done')
    expect(await statusOf(id)).toMatchObject({ status: 'bounced', reason: 'bounce_550_5.1.1' })
    const again = await send('mira@example.org')
    expect(await statusOf(again.id)).toMatchObject({ status: 'refused', reason: 'suppressed' })
    expect(scene.intake.counters).toMatchObject({ hard: 1 })
    expect(scene.lines.join('')).not.toMatch(/needle|mira/i)
  })

  it('finds the token in what was returned, where the envelope does not say', async () => {
    scene = await openScene({ returnPath: domain })
    const { id, mail } = await send('mira@example.org')
    const original = `Return-Path: <${mail.from}>\r\nSubject: Hello\r\n\r\nHello`
    await scene.intake.takeMail(dsn({ to: 'x@example.com', original }), null)
    expect(await statusOf(id)).toMatchObject({ status: 'bounced' })
  })

  it('goes on after a soft bounce, a delay, a delivery notice and an auto-reply', async () => {
    scene = await openScene({ returnPath: domain })
    const { id, mail, local } = await send('mira@example.org')
    await scene.intake.takeMail(outOfOffice(mail.from), local)
    await scene.intake.takeMail(
      dsn({ to: mail.from, action: 'delivered', status: '2.0.0', diagnostic: '250 ok' }),
      local,
    )
    await scene.intake.takeMail(
      dsn({ to: mail.from, action: 'delayed', status: '4.4.1', diagnostic: 'no answer' }),
      local,
    )
    expect(await statusOf(id)).toMatchObject({ status: 'sent' })
    const full = { status: '5.2.2', diagnostic: '552 5.2.2 mailbox full' }
    await scene.intake.takeMail(dsn({ to: mail.from, ...full }), local)
    expect(await statusOf(id)).toMatchObject({ status: 'bounced', reason: 'bounce_552_5.2.2' })
    expect(await statusOf((await send('mira@example.org')).id)).toMatchObject({ status: 'sent' })
    expect(scene.intake.counters).toMatchObject({ autoreply: 1, delivered: 1, delayed: 1, soft: 1, hard: 0 })
  })

  it('lets a forged token, or an address that we never wrote to, stop nobody', async () => {
    scene = await openScene({ returnPath: domain })
    const { id, local } = await send('mira@example.org')
    const foreign = newKeyRing([{ id: 'x', key: Buffer.alloc(32, 99), revoked: false }])
    const forged = mintReturn(foreign, id)
    const changed = `${local.slice(0, 50)}${local[50] === 'a' ? 'b' : 'a'}${local.slice(51)}`
    for (const each of [forged, changed, 'nobody', `${local}x`]) expect(scene.intake.admits(each)).toBe(false)
    expect(scene.intake.admits(local.toUpperCase())).toBe(true)
    const original = `Return-Path: <${changed}@${domain}>\r\n\r\n`
    await scene.intake.takeMail(dsn({ to: `${changed}@${domain}`, original }), changed)
    await scene.intake.takeMail(dsn({ to: 'mira@example.org' }), null)
    await scene.intake.takeMail(dsn({ to: 'x@y.example' }), mintReturn(scene.ring, newId()))
    expect(await statusOf(id)).toMatchObject({ status: 'sent' })
    expect(await statusOf((await send('mira@example.org')).id)).toMatchObject({ status: 'sent' })
    expect(scene.intake.counters).toMatchObject({ unresolved: 1, unknown: 1, address_unknown: 2, hard: 0 })
    expect(scene.intake.counters.forged).toBeGreaterThanOrEqual(2)
  })

  it('stops what somebody complained of, by the header that comes back with it', async () => {
    scene = await openScene({ returnPath: domain })
    const { id, local } = await send('mira@example.org')
    await scene.intake.takeMail(arf(`Subject: Hello\r\nCFBL-Feedback-ID: ${local}`), 'complaints')
    expect(await statusOf(id)).toMatchObject({ status: 'sent' })
    expect(await statusOf((await send('mira@example.org')).id)).toMatchObject({ status: 'refused' })
    await scene.intake.takeMail(arf('Subject: Hello'), 'complaints')
    await scene.intake.takeMail(arf(`CFBL-Feedback-ID: ${local}`, 'not-spam'), 'complaints')
    expect(scene.intake.counters).toMatchObject({ complaint: 1, complaint_unresolved: 1, other: 1 })
  })

  it('lets a complaint stop whatever may be declined, and the mail that it is about', async () => {
    scene = await openScene()
    const { inForce } = scene.book
    const declinable = [...inForce.purposes.values()].filter(({ sends, consent }) => sends && consent !== 'none')
    expect(new Set(stoppedBy(inForce, 'deliver'))).toEqual(new Set([...declinable.map(({ name }) => name), 'deliver']))
    expect(stoppedBy(inForce, 'policy.rights')).not.toContain('policy.rights')
  })
})

describe('a campaign’s complaints', () => {
  const standing = async (sent: number, complaints: number, status = 'running') => {
    const moves: string[] = []
    const ledger = {
      campaign: async () => ({ status }) as never, // only the status is asked for
      counts: async () => ({ sent, bounced: 0, complaints }) as never,
      moveCampaign: async (_id: string, to: string) => moves.push(to) > 0,
      note: async () => ({}) as never,
    }
    await guardCampaign({ ledger, clock: scene.clock, log: scene.needs.log }, newId())
    return moves
  }

  it('pause it at one in a thousand, cancel it before three, and say nothing of few mails', async () => {
    scene = await openScene()
    expect(await standing(999, 5)).toEqual([])
    expect(await standing(10_000, 9)).toEqual([])
    expect(await standing(10_000, 10)).toEqual(['paused'])
    expect(await standing(10_000, 28)).toEqual(['paused'])
    expect(await standing(10_000, 29)).toEqual(['cancelled'])
    expect(await standing(10_000, 29, 'done')).toEqual([])
  })

  it('pause a real one, counted from its messages', async () => {
    scene = await openScene({ returnPath: domain })
    const html = '<p>News {{unsubscribe_url}} {{rights_url}}</p>'
    const draft = { name: 'Spring', subject: 'News', html, purpose: 'campaign' }
    const { json } = await scene.call('POST', '/v1/campaigns', draft)
    const people = Array.from({ length: 1_000 }, (_, n) => `p${n}@example.org,${consent.at},form,Yes`)
    const head = 'email,campaign_consent_at,campaign_consent_source,campaign_consent_wording'
    const late = `late@example.org,${consent.at},form,Yes`
    await scene.call('POST', `/v1/campaigns/${json.id}/recipients`, [head, ...people].join('\n'))
    await scene.call('POST', `/v1/campaigns/${json.id}/start`)
    await scene.work()
    await scene.call('POST', `/v1/campaigns/${json.id}/recipients`, [head, late].join('\n'))
    const [mail] = await scene.transport.mailbox!.list({ to: 'p7@example.org' })
    await scene.intake.takeMail(arf(`CFBL-Feedback-ID: ${mail!.from.split('@')[0]}`), 'complaints')
    const view = (await scene.call('GET', `/v1/campaigns/${json.id}`)).json
    expect(view).toMatchObject({ status: 'paused', counts: { complaints: 1, sent: 1_000, queued: 1 } })
  })
})
