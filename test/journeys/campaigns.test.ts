import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment, folder, type Lethe, run, startLethe } from './lethe.ts'
import { type Shape, shapes } from './shapes.ts'

describe.each(shapes)('campaigns on the command line, on $name', ({ open }) => {
  let shape: Shape
  let lethe: Lethe
  beforeAll(async () => {
    shape = await open()
    lethe = await startLethe(await environment({ ...shape.settings, LETHE_POLICY: 'mailerplex' }))
  }, 240_000)
  afterAll(async () => {
    await lethe.stop()
    await shape.close()
  })
  const campaign = (...words: string[]) => run(['campaign', ...words], lethe.env)

  it('are listed, shown and moved by their ids', async () => {
    expect((await campaign('list')).out).toBe('There are no campaigns.\n')
    const content = { subject: 'S', text: 't', purpose: 'deliver' }
    const ids: string[] = []
    for (const name of ['First letter', 'Second letter']) {
      ids.push((await lethe.call<{ id: string }>('POST', '/v1/campaigns', { name, ...content })).json.id)
    }
    const [first = '', second = ''] = ids
    const listed = await campaign('list')
    expect([listed.code, listed.err]).toEqual([0, ''])
    expect(listed.out).toMatch(/id +status +created[\s\S]*Second letter[\s\S]*First letter/)
    expect(JSON.parse((await campaign('list', '--limit', '1', '--json')).out)).toMatchObject({
      ...{ campaigns: [{ id: second, status: 'draft' }], more: true },
    })
    for (const [verb, status] of [
      ['start', 'running'],
      ['pause', 'paused'],
      ['resume', 'running'],
      ['cancel', 'cancelled'],
    ] as const) {
      expect((await campaign(verb, first)).out).toBe(`Campaign ${first} is ${status}.\n`)
    }
    expect((await campaign('show', first)).out).toMatch(/cancelled[\s\S]*First letter[\s\S]*recipients +0/)
    const refused = await campaign('start', first, '--json')
    expect([refused.code, JSON.parse(refused.out).faults[0].code]).toEqual([1, 'campaign_state'])
    expect((await campaign('show')).code).toBe(2)
    expect((await campaign('show', 'AAAAAAAAAAAAAAAAAAAAAA')).err).toContain('[campaign_unknown]')
  }, 240_000)

  it('that nobody may be sent say why and what to do, with exit 1', async () => {
    const file = join(folder(), 'people.csv')
    const page = join(folder(), 'page.html')
    writeFileSync(page, '<p>Hi <a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a></p>')
    const send = (text: string, ...more: string[]) => {
      writeFileSync(file, text)
      const words = ['--name', 'n', '--subject', 's', '--html', page, '--recipients', file, '--wait', ...more]
      return run(['send', 'campaign', ...words], lethe.env)
    }
    const nobody = await send('email,consent\na@x.example,yes\nb@x.example,yes\n')
    expect([nobody.code, nobody.err]).toEqual([1, ''])
    expect(nobody.out).toMatch(/recipients +2[\s\S]*refused +2[\s\S]*Refused: Mail for "campaign" goes only to people/)
    expect(nobody.out).toContain('campaign_consent_at, campaign_consent_source and campaign_consent_wording')
    const id = /Campaign (\S{22})/.exec(nobody.out)?.[1] ?? ''
    expect((await campaign('show', id)).out).toContain('\nRefused: Mail for "campaign"')
    expect(JSON.parse((await campaign('show', id, '--json')).out).next).toContain('campaign_consent_at')

    // Without a recipient there is nothing to wait for, and no draft is left behind.
    const drafts = async () => (await campaign('list')).out.match(/draft/g)?.length
    const before = await drafts()
    const none = await send('email\nno address\n')
    expect([none.code, none.out]).toEqual([
      1,
      expect.stringMatching(/is cancelled\.[\s\S]*line 2: this is not an email address/),
    ])
    const unread = await send('name\nAnna\n')
    expect([unread.code, unread.err]).toEqual([1, expect.stringContaining('[header_missing]')])
    expect(await drafts()).toBe(before)

    const columns = 'email,campaign_consent_at,campaign_consent_source,campaign_consent_wording'
    const some = await send(`${columns}\na@x.example,2026-01-31,form,Send me news\nc@x.example,,,\n`, '--json')
    expect([some.code, JSON.parse(some.out).counts]).toMatchObject([0, { recipients: 2, sent: 1, refused: 1 }])
  }, 240_000)
})
