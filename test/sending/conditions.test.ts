import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileTemplate, linkCount, missingRights } from '../../src/sending/compose/index.ts'
import { readRecipient } from '../../src/sending/recipient.ts'
import { claimsOf, contentOf, render, taken } from './compose/sample.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const put = async (name: string, source: object) => {
  const kept = await scene.call('PUT', `/v1/templates/${name}`, source)
  expect(kept.status, kept.text).toBe(200)
}
const create = (template: string, data: object = {}) =>
  scene.call('POST', '/v1/campaigns', { name: 'n', purpose: 'deliver', template, data })
const mailTo = async (email: string) => {
  const { mails } = (await scene.call('GET', `/v1/mailbox?to=${email}`)).json
  expect(mails).toHaveLength(1)
  return mails[0]
}

async function started(template: string, data: object, csv: string) {
  const made = await create(template, data)
  expect(made.status, made.text).toBe(201)
  const uploaded = await scene.call('POST', `/v1/campaigns/${made.json.id}/recipients`, csv)
  await scene.call('POST', `/v1/campaigns/${made.json.id}/start`)
  await scene.work()
  return uploaded.json
}

describe('a condition of a campaign’s template', () => {
  it('is answered by what each recipient has, in subject, text, attributes and addresses', async () => {
    await put('visit', {
      subject: '{{#if vip}}Your table, {{name}}{{else}}News for {{name}}{{/if}}',
      html: `<p title="{{#if vip}}gold{{else}}all{{/if}}">{{season}}{{#if vip}}, {{gift}}{{/if}}{{#unless vip}}: <i>join</i>{{/unless}}</p>
<a href="https://shop.example/{{#if vip}}lounge{{else}}hall{{/if}}">in</a>`,
    })
    const csv = [
      'email,name,vip,gift',
      'a@c.example,A,yes,"<b>Rope</b> & ""co"""',
      'b@c.example,B,,',
      'c@c.example,C,0,',
      'd@c.example,D, False ,',
      'e@c.example,E,1,',
    ].join('\n')
    const uploaded = await started('visit', { season: 'Spring' }, csv)
    expect(uploaded).toMatchObject({ accepted: 4, faults: [{ line: 6, code: 'merge_field_missing' }] })
    const first = await mailTo('a@c.example')
    expect(first.subject).toBe('Your table, A')
    expect(first.html).toContain('<p title="gold">Spring, &lt;b&gt;Rope&lt;/b&gt; &amp; &quot;co&quot;</p>')
    expect(first.html).toContain('<a href="https://shop.example/lounge">')
    expect(first.text).toContain('Spring, <b>Rope</b> & "co"')
    expect(first.text).toContain('https://shop.example/lounge')
    for (const email of ['b@c.example', 'c@c.example', 'd@c.example']) {
      const other = await mailTo(email)
      expect(other.subject).toBe(`News for ${email[0]?.toUpperCase()}`)
      expect(other.html).toContain('<p title="all">Spring: <i>join</i></p>')
      expect(other.html).toContain('<a href="https://shop.example/hall">')
      expect(other.html + other.text).not.toMatch(/\{\{|lounge|gold/)
    }
  })

  it('is decided once for all where the sender’s data names it, also where it says no', async () => {
    await put('sale', {
      subject: 'S',
      text: '{{#if sale}}Sale!{{else}}No sale.{{/if}}{{#if name}} Dear {{name}}{{/if}}',
    })
    const csv = (email: string, name: string) => `email,name,sale\n${email},${name},yes\n`
    await started('sale', { sale: false }, csv('f@c.example', 'F'))
    expect((await mailTo('f@c.example')).text.trim()).toBe('No sale. Dear F')
    await started('sale', {}, csv('g@c.example', ''))
    expect((await mailTo('g@c.example')).text.trim()).toBe('Sale!')
  })

  it('may be nested, and stand within the sender’s own lists', async () => {
    const text = '{{#each places}}[{{this}}{{#if member}}{{#unless old}} free{{else}} half{{/unless}}{{/if}}]{{/each}}'
    await put('places', { subject: 'S', text })
    const csv = 'email,member,old\nh@c.example,x,\ni@c.example,x,x\nj@c.example,,x\n'
    await started('places', { places: ['Oslo', 'Bergen'] }, csv)
    const texts = await Promise.all(
      ['h', 'i', 'j'].map(async (each) => (await mailTo(`${each}@c.example`)).text.trim()),
    )
    expect(texts).toEqual(['[Oslo free][Bergen free]', '[Oslo half][Bergen half]', '[Oslo][Bergen]'])
  })

  it('leaves nobody without a subject', async () => {
    await put('quiet', { subject: '{{#if vip}}Hello{{/if}}', text: 'x' })
    const uploaded = await started('quiet', {}, 'email,vip\nk@c.example,1\nl@c.example,\n')
    expect(uploaded).toMatchObject({ accepted: 1, faults: [{ line: 3, code: 'content_empty' }] })
  })

  it('is tried out with what the test gives, and with a no otherwise', async () => {
    await put('trial', { subject: 'S', text: '{{#if vip}}gold{{else}}all{{/if}} {{#if town}}{{town}}{{/if}}' })
    const { id } = (await create('trial')).json
    for (const data of [{}, { vip: 1 }]) {
      const answer = await scene.call('POST', `/v1/campaigns/${id}/test`, { to: { email: 'me@c.example' }, data })
      expect(answer.status, answer.text).toBe(202)
      await scene.work()
    }
    const { mails } = (await scene.call('GET', '/v1/mailbox?to=me@c.example')).json
    expect(mails.map(({ text }: { text: string }) => text.trim()).sort()).toEqual(['all ‹town›', 'gold ‹town›'])
  })

  it('sees the name that a single message comes with', async () => {
    await put('greeting', { subject: 'S', text: '{{#if name}}Dear {{name}}{{else}}Hello{{/if}}' })
    const send = (to: object) => scene.call('POST', '/v1/messages', { to, purpose: 'deliver', template: 'greeting' })
    await send({ email: 'n@c.example', name: 'Noor' })
    await send({ email: 'o@c.example' })
    await scene.work()
    expect([(await mailTo('n@c.example')).text.trim(), (await mailTo('o@c.example')).text.trim()]).toEqual([
      'Dear Noor',
      'Hello',
    ])
  })

  it('is no reason to guess at a list that nobody gave', async () => {
    await put('lists', { subject: 'S', text: '{{#each places}}{{this}}{{else}}none{{/each}}' })
    expect(await create('lists')).toMatchObject({ status: 422, json: { code: 'template_list_missing' } })
    await started('lists', { places: [] }, 'email\np@c.example\n')
    expect((await mailTo('p@c.example')).text.trim()).toBe('none')
  })
})

describe('a content with conditions', () => {
  const conditional = (html: string) => contentOf(html, { conditional: true })

  it('numbers its links alike for everybody, whichever of them somebody gets', () => {
    const content = conditional(
      '<a href="https://a.example/1">1</a>{{#if x}}<a href="https://a.example/2">2</a>{{else}}<a href="https://a.example/3">3</a>{{/if}}<a href="https://a.example/{{#if x}}4{{else}}5{{/if}}">4</a>',
    )
    expect(linkCount(compileTemplate(content))).toBe(4)
    const links = (merge: Record<string, string>) =>
      [...(render(content, { merge }).html ?? '').matchAll(/https:\/\/track\.acme\.example\/c\/[\w-]+/g)]
        .map(([url]) => claimsOf(url, 'click'))
        .map(({ link, target }) => [link, target.replace('https://a.example/', '')])
    expect(links({ x: '1' })).toEqual([
      [1, '1'],
      [2, '2'],
      [4, '4'],
    ])
    expect(links({})).toEqual([
      [1, '1'],
      [3, '3'],
      [4, '5'],
    ])
  })

  it('has its pixel for everybody, wherever the body ends', () => {
    const content = conditional('<body><p>x</p>{{#if x}}<p>y</p></body>{{else}}<i>z</i></body>{{/if}}')
    for (const merge of [{}, { x: '1' }]) expect(taken(render(content, { merge }).html ?? '').pixels).toBe(1)
  })

  it('resolves links by a base that everybody has, and by no other', () => {
    const link = (html: string) => taken(render(conditional(html), { merge: { x: '1' } }).html ?? '').destinations
    const base = '<base href="https://b.example/">'
    expect(link(`${base}{{#if x}}<a href="p">p</a>{{/if}}`)).toEqual(['https://b.example/p'])
    expect(link(`{{#if x}}${base}{{/if}}<a href="p">p</a>`)).toEqual([])
  })

  it('shows the way out to everybody, or is not fit for subscribed mail', () => {
    const both = '<a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a>'
    const hidden = (html: string) => missingRights(compileTemplate(conditional(html)))
    expect(hidden(`<p>{{#if x}}x{{/if}}</p>${both}`)).toEqual([])
    expect(hidden(`{{#if x}}<p>${both}</p>{{else}}<b>${both}</b>{{/if}}`)).toEqual([])
    expect(hidden(`{{#if x}}${both}{{/if}}`)).toEqual(['unsubscribe_url', 'rights_url'])
  })

  it('keeps of a recipient what their own mail shows, and of what is only asked after no more than the yes', () => {
    const template = compileTemplate(
      conditional('{{#if plan}}{{#if town}}<p>{{town}}</p>{{/if}}{{else}}{{phone}}{{/if}}'),
    )
    const read = (data: Record<string, string>) => readRecipient({ email: 'a@x.example', name: null, data }, template)
    expect(read({ plan: 'gold, since 1999', town: 'Oslo', phone: '5' }).merge).toEqual({ plan: '1', town: 'Oslo' })
    expect(read({ plan: '0', town: 'Oslo', phone: '5' }).merge).toEqual({ phone: '5', town: '1' })
    expect(() => read({ town: 'Oslo' })).toThrow(expect.objectContaining({ code: 'merge_field_missing' }))
  })

  it('is refused where its conditions do not match, and text where it has none', () => {
    for (const html of ['{{#if x}}<p>', '<p>{{/if}}', '{{#if x}}a{{else}}b{{else}}c{{/if}}']) {
      expect(() => compileTemplate(conditional(html))).toThrow(expect.objectContaining({ code: 'template_syntax' }))
      expect(() => compileTemplate(contentOf(html))).not.toThrow()
    }
    expect(render('<p>{{#if x}}a{{/if}}</p>').html).toContain('{{#if x}}a{{/if}}')
  })

  it('says the same to all who answer alike, and never mixes two kinds, however many there are', () => {
    const names = Array.from({ length: 8 }, (_, index) => `c${index}`)
    const content = conditional(`<p>${names.map((name) => `{{#if ${name}}}1{{else}}0{{/if}}`).join('')}</p>`)
    const template = compileTemplate(content)
    for (let round = 0; round < 600; round++) {
      const bits = ((round * 37) % 256).toString(2).padStart(8, '0')
      const decided = template.decided((name) => bits[names.indexOf(name)] === '1')
      expect(decided.html?.filter((each) => typeof each === 'string').join('')).toBe(`<p>${bits}</p>`)
    }
  })
})
