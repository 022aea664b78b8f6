import { afterEach, describe, expect, it } from 'vitest'
import { dayOf, isoDay, newId } from '../../src/base/index.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.close())

const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'needle-source', wording: 'needle-wording' }
const mail = {
  ...{ to: { email: 'needle@people.example', name: 'Nadia Needle' }, purpose: 'deliver', subject: 'Needle subject' },
  ...{ html: '<body><a href="https://needle.example/x">needle</a></body>', consent },
}

describe('why', () => {
  it('a message was sent, recorded and kept, and until when, in sentences that name nobody', async () => {
    scene = await openScene({ policy: 'mailerplex' })
    const { json } = await scene.call('POST', '/v1/messages', mail)
    await scene.work()
    const answer = await scene.call('GET', `/v1/messages/${json.id}/why`)
    expect(answer.status).toBe(200)
    const day = dayOf(scene.clock.now())
    const { message, events } = scene.book.inForce
    const until = (days: number | undefined) => isoDay(day + (days ?? 0))
    expect(answer.json.sent.join(' ')).toMatch(
      /purpose "deliver", which rests on a contract[\s\S]*mailerplex[\s\S]*The mail server took it\./,
    )
    expect(answer.json.tracked).toEqual([
      `Its opens and clicks are recorded until ${until(events.open.recordingDays)}: its reader consented to that.`,
    ])
    expect(answer.json.kept).toContain('Its content is gone.')
    expect(answer.json.kept.join(' ')).toContain(until(message.retentionDays.get('delivery')))
    expect(answer.json.kept.join(' ')).toContain('Its subject line is kept until')
    expect(answer.text).not.toMatch(/needle|people\.example|Nadia/i)
  })

  it('names the narrower policy that came later', async () => {
    scene = await openScene({ policy: 'mailerplex' })
    const { json } = await scene.call('POST', '/v1/messages', mail)
    await scene.work()
    await scene.turn(loadPolicy('certimailer'))
    const answer = await scene.call('GET', `/v1/messages/${json.id}/why`)
    expect(answer.json.sent.join(' ')).toMatch(/Now it is certimailer .*the narrower of the two holds/)
  })

  it('an erased message and one that never was look alike', async () => {
    scene = await openScene({ policy: 'mailerplex' })
    const { json } = await scene.call('POST', '/v1/messages', mail)
    await scene.work()
    scene.clock.time += 400 * 86_400_000
    await scene.ledger.purge(scene.clock.now(), { chunk: 10, dryRun: false })
    const gone = await scene.call('GET', `/v1/messages/${json.id}/why`)
    const never = await scene.call('GET', `/v1/messages/${newId()}/why`)
    const odd = await scene.call('GET', '/v1/messages/nonsense/why')
    expect([gone.status, never.status, odd.status]).toEqual([404, 404, 404])
    expect([gone.text, odd.text]).toEqual([never.text, never.text])
  })
})
