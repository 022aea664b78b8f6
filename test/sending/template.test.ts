import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newExpansion } from '../../src/sending/template/expand.ts'
import { convertMjml } from '../../src/sending/template/mjml.ts'
import { readSource } from '../../src/sending/template/read.ts'
import { corpusText, figure, haveCorpora } from '../corpora.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const put = (name: string, source: object) => scene.call('PUT', `/v1/templates/${name}`, source)
const preview = async (source: object, data: object) => {
  const kept = await put('tried', { subject: 'S', ...source })
  expect(kept.status, kept.text).toBe(200)
  return scene.call('POST', '/v1/templates/tried/preview', { data })
}
const html = async (source: string, data: object): Promise<string> => {
  const answer = await preview({ html: source }, data)
  return answer.status === 200 ? answer.json.html : answer.json.code
}

describe('a stored template', () => {
  it('becomes a mail: conditions and lists are decided, values escaped where they stand', async () => {
    await put('footer', { html: '<p>{{sender}} writes this.</p>', text: '{{sender}} writes this.' })
    const kept = await put('order', {
      subject: 'Order {{number}}',
      html: `<h1>Hello {{name}}</h1>{{#if gift}}<p>A gift!</p>{{else}}<p>No gift.</p>{{/if}}<ul>{{#each items}}
<li title="{{title}}">{{title}}: {{price}} {{currency}}</li>{{/each}}</ul><a href="https://shop.example/o?n={{number}}">See it</a>{{> footer}}`,
    })
    expect(kept.json).toMatchObject({ name: 'order', digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(kept.json.fields).toEqual(['number', 'name', 'gift', 'items', 'title', 'price', 'currency', 'sender'])
    const sent = await scene.call('POST', '/v1/messages', {
      to: { email: 'ada@x.example', name: 'Ada <3' },
      purpose: 'deliver',
      template: 'order',
      data: {
        ...{ number: 'A & 1', gift: false, sender: 'Harbour {{name}}', currency: 'EUR' },
        items: [
          { title: '"Rope"', price: 3 },
          { title: 'Sail', price: 40, currency: 'SEK' },
        ],
      },
    })
    expect(sent.status, sent.text).toBe(202)
    await scene.work()
    const { mails } = (await scene.call('GET', '/v1/mailbox?to=ada@x.example')).json
    expect(mails).toHaveLength(1)
    expect(mails[0].subject).toBe('Order A & 1')
    expect(mails[0].html).toContain('<h1>Hello Ada &lt;3</h1><p>No gift.</p>')
    expect(mails[0].html).toContain('<li title="&quot;Rope&quot;">&quot;Rope&quot;: 3 EUR</li>')
    expect(mails[0].html).toContain('Sail: 40 SEK')
    expect(mails[0].html).toContain('https://shop.example/o?n=A%20%26%201')
    // What a value holds is never read as a field.
    expect(mails[0].html).toContain('Harbour {{name}} writes this.')
    expect(mails[0].text).toContain('Harbour {{name}} writes this.')
  })

  it('has versions: a new one counts at once, an older one by its digest, and none after it was removed', async () => {
    const send = (template: string) =>
      scene.call('POST', '/v1/messages', { to: { email: 'v@x.example' }, purpose: 'deliver', template })
    const first = (await put('note', { subject: 'One', text: 'one' })).json.digest
    await put('note', { subject: 'Two', text: 'two' })
    expect((await scene.call('GET', '/v1/templates/note')).json).toMatchObject({
      subject: 'Two',
      versions: [{ inUse: true }, { digest: first }],
    })
    for (const name of ['note', `note@${first}`]) expect((await send(name)).status).toBe(202)
    await scene.work()
    const { mails } = (await scene.call('GET', '/v1/mailbox?to=v@x.example')).json
    expect(mails.map(({ subject }: { subject: string }) => subject).sort()).toEqual(['One', 'Two'])
    expect((await scene.call('DELETE', '/v1/templates/note')).status).toBe(204)
    expect((await send('note')).json.code).toBe('template_unknown')
    expect((await scene.call('GET', '/v1/templates/note')).json.code).toBe('template_missing')
    expect((await scene.call('DELETE', '/v1/templates/note')).status).toBe(404)
  })

  it.each([
    ['an unknown word', '{{x | upper}}'],
    ['raw output', '{{{x}}}'],
    ['a block that never ends', '{{#if x}}<p>'],
    ['a block that ends as another', '{{#if x}}{{/each}}'],
    ['a value in a script', '<script>var x = "{{x}}"</script>'],
    ['a value in a style element', '<style>{{x}}</style>'],
    ['a value in a comment', '<!-- {{x}} -->'],
    ['a value in an event handler', '<p onclick="{{x}}">'],
    ['a value outside quotes', '<p title={{x}}>'],
    ['a value as an attribute', '<p {{x}}>'],
    ['a block around a part of a tag', '<p {{#if x}}title="y"{{/if}}>'],
    ['a block that begins in text and ends in a tag', '{{#if x}}<a title="{{/if}}{{y}}">'],
    ['a block around the begin of a title', '{{#if x}}<title>{{/if}}<a href="{{y}}">'],
    ['a redirect', '<meta http-equiv="refresh" content="0;url={{x}}">'],
    ['a partial that would read a file', '{{> ../../etc/passwd}}'],
  ])('is refused with %s', async (_what, source) => {
    const answer = await put('wrong', { subject: 'S', html: source })
    expect([answer.status, answer.json.code], answer.text).toEqual([422, 'template_syntax'])
    expect(answer.json.title).toMatch(/line \d/)
  })

  it('is refused where it brings in what is not there, or itself in a circle', async () => {
    expect((await put('lone', { subject: 'S', html: '{{> nowhere}}' })).json.code).toBe('template_partial_missing')
    await put('circle', { html: 'x' })
    expect((await put('circle', { html: 'x {{> circle}}' })).status).toBe(200)
    const answer = await scene.call('POST', '/v1/templates/circle/preview', {})
    expect(answer.json.code).toBe('template_partial_missing')
  })

  it('lets only harmless values become links and styles', async () => {
    const link = '<a href="{{to}}">x</a>'
    expect(await html(link, { to: 'https://a.example/?a=1&b="2"' })).toBe(
      '<a href="https://a.example/?a=1&amp;b=&quot;2&quot;">x</a>',
    )
    for (const to of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      '//evil.example',
      'https:x',
    ]) {
      expect([to, await html(link, { to })]).toEqual([to, 'template_value_unsafe'])
    }
    expect(await html('<a href="https://a.example/{{p}}">x</a>', { p: '../?x=#"' })).toContain('/..%2F%3Fx%3D%23%22"')
    expect(await html('<p style="color: {{c}}">', { c: '#ff8800' })).toContain('#ff8800')
    expect(await html('<p style="color: {{c}}">', { c: 'red;background:url(https://x)' })).toBe('template_value_unsafe')
    expect(await html(link, {})).toBe('merge_field_missing')
  })

  it('refuses what would break a header, and a value that is missing or none', async () => {
    const answer = await preview({ subject: 'Hi {{x}}', text: 'x' }, { x: 'a' })
    expect(answer.json.subject).toBe('Hi a')
    const send = (data: object) =>
      scene.call('POST', '/v1/messages', { to: { email: 'h@x.example' }, purpose: 'deliver', template: 'tried', data })
    expect((await send({ x: 'a\r\nBcc: b@x.example' })).json.code).toBe('header_injection')
    expect((await send({})).json.code).toBe('merge_field_missing')
    expect((await send({ x: ['a'] })).json.code).toBe('template_value_invalid')
    expect((await send({ x: 'a', card: '4111 1111 1111 1111' })).json.code).toBe('card_number')
    const both = { to: { email: 'h@x.example' }, purpose: 'deliver', template: 'tried', text: 'x' }
    expect((await scene.call('POST', '/v1/messages', both)).json.code).toBe('template_and_content')
    const plain = { to: { email: 'h@x.example' }, purpose: 'deliver', subject: 'S', text: '{{x}}', data: { x: true } }
    expect((await scene.call('POST', '/v1/messages', plain)).json.code).toBe('field_invalid')
  })

  it('reaches own properties of its data and nothing behind them', async () => {
    for (const name of [
      'constructor',
      'toString',
      'x.constructor',
      'x.__proto__',
      'x.length',
      '__proto__',
      'hasOwnProperty',
    ]) {
      expect([name, await html(`{{#if ${name}}}reached{{else}}nothing{{/if}}`, { x: {} })]).toEqual([name, 'nothing'])
    }
    expect(await html('{{#each x}}{{this}},{{a.b}};{{/each}}', { x: ['1', '2'], a: { b: 'c' } })).toBe('1,c;2,c;')
    expect(await html('{{#each x}}{{this.n}}{{/each}}{{#unless x}}none{{/unless}}', { x: [{ n: 7 }] })).toBe('7')
  })

  it('is bounded in what it writes, however its lists are nested', async () => {
    const list = Array.from({ length: 300 }, () => 'x')
    expect(await html('{{#each a}}{{#each a}}{{this}}{{/each}}{{/each}}', { a: list })).toBe(
      'template_output_too_large',
    )
    const long = 'y'.repeat(900_000)
    expect((await put('long', { html: long })).status).toBe(200)
    expect((await put('longer', { html: '{{> long}}{{> long}}' })).json.code).toBe('template_too_large')
    expect(await html(`{{#each a}}${'z'.repeat(20_000)}{{/each}}`, { a: list })).toBe('template_output_too_large')
  })

  it.skipIf(!haveCorpora)('computes nothing of what others use to break into template engines', () => {
    const payloads = corpusText('hostile/ssti/patt-ssti.txt').split('\n').filter(Boolean)
    const terms = { show: (value: string) => value, missing: (name: string) => `{{${name}}}` }
    let [asValue, asTemplate] = [0, 0]
    for (const payload of payloads) {
      const template = readSource({ subject: null, html: null, text: 'a {{x}} b' }, new Map())
      if (newExpansion({ x: payload }, terms)(template.text!) === `a ${payload.toWellFormed()} b`) asValue++
      try {
        // A source that is not refused is printed as it was written: it held nothing that is read here, or a field's name.
        const own = readSource({ subject: null, html: null, text: payload }, new Map())
        if (newExpansion({}, terms)(own.text!).replace(/\s/g, '') === payload.replace(/\s/g, '')) asTemplate++
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'template_syntax') asTemplate++
      }
    }
    expect(figure('ssti payloads as values stay text', asValue, payloads.length)).toBe(1)
    expect(figure('ssti payloads as templates are refused or stay text', asTemplate, payloads.length)).toBe(1)
  })
})

describe('MJML', () => {
  it('is converted by its own library where that is installed, and says how to install it where not', async () => {
    const library = async () => ({ default: (source: string) => ({ html: `<html>${source.length}</html>` }) })
    expect(await convertMjml('<mjml></mjml>', library)).toBe('<html>13</html>')
    const absent = () => Promise.reject(new Error('not found'))
    await expect(convertMjml('<mjml></mjml>', absent)).rejects.toMatchObject({
      code: 'mjml_missing',
      next: expect.stringContaining('npm install mjml'),
    })
    const broken = async () => () => {
      throw new Error('line 1')
    }
    await expect(convertMjml('<mjml>', broken)).rejects.toMatchObject({ code: 'mjml_invalid' })
    await expect(convertMjml('<mj-include path="/etc/passwd" />', library)).rejects.toMatchObject({
      code: 'mjml_invalid',
    })
  })
})
