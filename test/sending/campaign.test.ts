import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const content = { subject: 'News for {{name}}', html: '<p>{{course}} <a href="https://a.example/">x</a></p>' }
const draft = async (more: object = {}): Promise<string> => {
  const answer = await scene.call('POST', '/v1/campaigns', { name: 'n', purpose: 'deliver', ...content, ...more })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.id
}
const upload = (id: string, csv: string) => scene.call('POST', `/v1/campaigns/${id}/recipients`, csv)
const schedule = (id: string, at: string | null) => scene.call('POST', `/v1/campaigns/${id}/schedule`, { at })
const look = async (id: string) => (await scene.call('GET', `/v1/campaigns/${id}`)).json
const mailsTo = async (email: string) => (await scene.call('GET', `/v1/mailbox?to=${email}`)).json.mails
const inHours = (hours: number) => new Date(scene.clock.now() + hours * 3_600_000)

describe('a campaign', () => {
  it('begins at its hour, whatever the offset that it was written with', async () => {
    const id = await draft()
    await upload(id, 'email,name,course\ns@x.example,S,Knots\n')
    const there = `${new Date(inHours(1).getTime() + 5.5 * 3_600_000).toISOString().slice(0, 19)}+05:30`
    const answer = await schedule(id, there)
    expect([answer.status, answer.json.startAt]).toEqual([202, `${inHours(1).toISOString().slice(0, 19)}.000Z`])
    await scene.work()
    expect(await look(id)).toMatchObject({ status: 'draft', startAt: answer.json.startAt, counts: { queued: 1 } })
    scene.clock.time += 3_600_000
    await scene.work()
    const seen = await look(id)
    expect([seen.status, seen.counts.sent, seen.startAt]).toEqual(['running', 1, undefined])
    expect((await schedule(id, inHours(1).toISOString())).json.code).toBe('campaign_state')
  })

  it('that ends while its recipients are still coming says which lines it took no more', async () => {
    const { recipients, ledger, clock, work, call } = scene
    for (const ends of [
      async () => {
        await work()
        await ledger.finishCampaigns(clock.now())
      },
      async (id: string) => void (await call('POST', `/v1/campaigns/${id}/cancel`)),
    ]) {
      const id = await draft()
      await call('POST', `/v1/campaigns/${id}/start`)
      // A batch is 500 lines: the first is taken before the second has come.
      const lines = (from: number) =>
        Array.from({ length: 500 }, (_, index) => `c${from + index}@x.example,C,Knots\n`).join('')
      const source = async function* () {
        yield Buffer.from(`email,name,course\n${lines(0)}`)
        yield Buffer.from(lines(500).slice(0, -1))
        await ends(id)
        yield Buffer.from(`\n${lines(1000)}`)
      }
      const { accepted, duplicates, refused, faulty, faults } = await recipients(id, 'csv', source())
      expect([accepted + faulty, duplicates, refused]).toEqual([1500, 0, 0])
      expect(faulty, 'what came late').toBeGreaterThanOrEqual(500)
      expect(faults.at(-1)).toEqual({ line: 1501, code: 'campaign_over' })
      const { counts } = await look(id)
      expect(counts.recipients).toBe(accepted)
    }
  })

  it('is not scheduled for the past, for an hour without an offset, or past the hours that content is kept', async () => {
    const id = await draft()
    for (const at of [inHours(-1).toISOString(), '2999-01-01T09:00:00', 'tomorrow', inHours(24 * 400).toISOString()]) {
      const answer = await schedule(id, at)
      expect([at, answer.status, answer.json.code]).toEqual([at, 422, 'start_invalid'])
    }
    await schedule(id, inHours(1).toISOString())
    expect((await schedule(id, null)).json.startAt).toBeNull()
    scene.clock.time += 2 * 3_600_000
    await scene.work()
    expect((await look(id)).status).toBe('draft')
  })

  it('is tried out by a mail that is marked, untracked and part of no count', async () => {
    const id = await draft()
    const to = { email: 'me@x.example', name: 'Me' }
    const yes = { purpose: 'insight', state: 'granted', at: '2026-01-01T00:00:00Z', source: 'form', wording: 'yes' }
    await scene.call('POST', '/v1/consents', { email: to.email, ...yes })
    const answer = await scene.call('POST', `/v1/campaigns/${id}/test`, { to, data: { course: 'Knots' } })
    expect([answer.status, answer.json.status, answer.json.tracked.opens]).toEqual([202, 'queued', false])
    await scene.call('POST', `/v1/campaigns/${id}/test`, { to })
    await scene.work()
    const mails = await mailsTo(to.email)
    expect(mails.map(({ subject }: { subject: string }) => subject)).toEqual([
      '[Test] News for Me',
      '[Test] News for Me',
    ])
    expect(mails[0].html.trim()).toBe('<p>Knots <a href="https://a.example/">x</a></p>')
    expect(mails[1].html).toContain('‹course›')
    expect((await look(id)).counts.recipients).toBe(0)
    const unknown = await scene.call('POST', '/v1/campaigns/none/test', { to })
    expect([unknown.status, unknown.json.code]).toEqual([404, 'campaign_unknown'])
  })

  it('sends no test to somebody who wants no mail', async () => {
    await scene.call('POST', '/v1/suppressions', [{ email: 'no@x.example' }])
    const answer = await scene.call('POST', `/v1/campaigns/${await draft()}/test`, { to: { email: 'no@x.example' } })
    expect(answer.json).toMatchObject({ status: 'refused', reason: 'suppressed' })
  })

  it('may use a stored template: its data is the sender’s, the other fields are the recipients’', async () => {
    const html =
      '{{#if sale}}<b>{{sale}}</b>{{/if}}<p title="{{course}}">{{name}}</p>{{#each places}}<i>{{this}}</i>{{/each}}'
    await scene.call('PUT', '/v1/templates/letter', { subject: '{{season}} for {{name}}', html })
    const own = { subject: undefined, html: undefined, template: 'letter' }
    const id = await draft({ ...own, data: { season: 'Spring', sale: 'a < b', places: ['Oslo', 'Bergen'] } })
    const uploaded = await upload(id, 'email,name,course\nt@x.example,T,"K & ""N"""\nu@x.example,U,\n')
    expect(uploaded.json).toMatchObject({
      accepted: 1,
      faults: [{ line: 3, code: 'merge_field_missing', fields: ['course'] }],
    })
    await scene.call('POST', `/v1/campaigns/${id}/start`)
    await scene.work()
    const [mail] = await mailsTo('t@x.example')
    expect(mail.subject).toBe('Spring for T')
    expect(mail.html.trim()).toBe('<b>a &lt; b</b><p title="K &amp; &quot;N&quot;">T</p><i>Oslo</i><i>Bergen</i>')
    const create = (more: object) => scene.call('POST', '/v1/campaigns', { name: 'n', purpose: 'deliver', ...more })
    expect((await create({ template: 'letter', subject: 'x' })).json.code).toBe('template_and_content')
    expect((await create({ template: 'letter', data: { season: '{{name}}' } })).json.code).toBe(
      'template_value_invalid',
    )
    expect((await create({})).json.code).toBe('field_missing')
  })
})
