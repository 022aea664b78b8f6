import { describe, expect, it } from 'vitest'
import { newHandle, newId } from '../../../src/base/index.ts'
import {
  compileTemplate,
  missingFields,
  missingRights,
  renderMail,
  subjectOf,
} from '../../../src/sending/compose/index.ts'
import { claimsOf, contentOf, publicUrl, render, rendering, taken } from './sample.ts'

const untracked = { plan: { opens: false, clicks: false } }

describe('merge fields', () => {
  const content = contentOf('<p title="{{name}}">{{ name }}</p>', { subject: 'For {{name}}', text: 'Dear {{name}}' })
  const merge = { name: `<b>"O'Neil" & Co</b>` }

  it('are escaped in html and raw in text and subject', () => {
    const mail = render(content, { ...untracked, merge })
    const escaped = '&lt;b&gt;&quot;O&#39;Neil&quot; &amp; Co&lt;/b&gt;'
    expect(mail.html).toBe(`<p title="${escaped}">${escaped}</p>`)
    expect([mail.text, mail.subject]).toEqual([`Dear ${merge.name}`, `For ${merge.name}`])
  })

  it('cannot add an attribute where the author left out the quotes', () => {
    const mail = render('<p class={{kind}} id=x>', { ...untracked, merge: { kind: 'a onclick=alert(1) `>' } })
    expect(mail.html).toBe('<p class=a&#32;onclick&#61;alert(1)&#32;&#96;&gt; id=x>')
  })

  it('without a value are named before anything is sent', () => {
    const template = compileTemplate(
      contentOf('{{a}} {{ first name }} {{größe}} {{unsubscribe_url}}', { text: '{{b}}' }),
    )
    expect(missingFields(template, { a: 'x', größe: ' ' })).toEqual(['first name', 'größe', 'b'])
  })

  it('take the name of the recipient for {{name}}, unless a merge value says otherwise', () => {
    const template = compileTemplate(contentOf('{{name}}'))
    expect([missingFields(template, {}), missingFields(template, {}, 'Ann')]).toEqual([['name'], []])
    expect(render('{{name}}', { ...untracked, name: 'Ann', merge: { name: 'Dr Ann' } }).html).toBe('Dr Ann')
  })

  it('take the recipient’s own address for {{email}}', () => {
    const content = contentOf('{{email}}', { subject: 'For {{email}}' })
    expect(missingFields(compileTemplate(content), {})).toEqual([])
    expect(() => subjectOf(compileTemplate(content), {}, null)).not.toThrow()
    const mail = render(content, untracked)
    expect([mail.html, mail.subject]).toEqual(['reader@mail.example', 'For reader@mail.example'])
  })

  it('are never looked for on the prototype', () => {
    expect(missingFields(compileTemplate(contentOf('{{constructor}}{{toString}}')), {})).toHaveLength(2)
  })

  it('that are missing after all stop the mail', () => {
    const template = compileTemplate(contentOf('{{code}}'))
    expect(() => renderMail(template, rendering())).toThrow(expect.objectContaining({ code: 'merge_field_missing' }))
  })

  it('of other systems are left as they stand', () => {
    const html = '{{#if x}}<a href="*|UNSUB|*">{{/if}}{{> part}} {{!-- note --}} {{x | y}}'
    expect(render(html, untracked).html).toBe(html)
  })
})

describe('header injection', () => {
  const code = expect.objectContaining({ code: 'header_injection' })
  it.each(['\r\nBcc: x@y.example', '\n', '\r', '\0', '\u0085', '\u2028', '\u001b'])(
    'by %j is refused everywhere',
    (bad) => {
      const text = `x${bad}y`
      expect(() => compileTemplate(contentOf('', { subject: text }))).toThrow(code)
      const attachments = [{ filename: text, contentType: 'text/plain', content: '' }]
      expect(() => compileTemplate(contentOf('', { attachments }))).toThrow(code)
      for (const changes of [
        { to: text },
        { name: text },
        { replyTo: text },
        { from: { address: text, name: null } },
        { from: { address: 'a@b.example', name: text } },
      ]) {
        expect(() => render('<p>', changes)).toThrow(code)
      }
      const merged = contentOf('<p>', { subject: 'For {{x}}' })
      expect(() => render(merged, { merge: { x: text } })).toThrow(code)
      expect(() => subjectOf(compileTemplate(merged), { x: text }, null)).toThrow(code)
    },
  )

  it('names nobody', () => {
    expect(() => render('<p>', { to: 'reader@mail.example\r\n' })).toThrow(/^(?!.*reader)/)
  })
})

describe('headers', () => {
  it('of subscribed mail let its reader unsubscribe with one click', () => {
    const message = rendering()
    const { headers } = render('<p>', message)
    const [id, list, post] = headers
    expect(id).toEqual({ name: 'List-Id', value: '<campaign.acme.example>' })
    expect(post).toEqual({ name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' })
    const url = /^<(.+)>$/.exec(list!.value)![1]!
    expect(url.startsWith(`${publicUrl}/u/`)).toBe(true)
    const { policy, issued, handle } = message
    const claims = { policy, issued, handle, message: message.message, link: 0, target: 'campaign' }
    expect(claimsOf(url, 'unsubscribe')).toEqual(claims)
  })

  it('tell a provider what to count complaints by, and nothing that differs between two recipients', () => {
    const campaign = newId()
    const feedback = (changes: Partial<ReturnType<typeof rendering>>) =>
      render('<p>', rendering(changes)).headers.find(({ name }) => name === 'Feedback-ID')?.value
    const one = feedback({ campaign })
    expect(one).toMatch(new RegExp(`^${campaign}:campaign:[0-9a-f]{12}$`))
    expect(feedback({ campaign, to: 'other@mail.example', message: newId(), handle: newHandle() })).toBe(one)
    expect(feedback({ purpose: { name: 'deliver', subscribed: false } })).toMatch(/^single:deliver:/)
  })

  it('of service mail ask for no automatic answer and offer no unsubscription', () => {
    const { headers } = render('<p>', { purpose: { name: 'deliver', subscribed: false } })
    expect(headers.map(({ name }) => name)).toEqual(['Auto-Submitted', 'Feedback-ID'])
    expect(headers[0]).toEqual({ name: 'Auto-Submitted', value: 'auto-generated' })
  })

  it('give one message the same Message-ID at every attempt, at the domain of its sender', () => {
    const message = rendering()
    const [first, again, other] = [render('<p>', message), render('<p>', message), render('<p>')]
    expect(first.messageId).toMatch(/^<[0-9a-f]{32}@acme\.example>$/)
    expect([again.messageId === first.messageId, other.messageId === first.messageId]).toEqual([true, false])
    expect(first.messageId).not.toContain(message.message)
  })

  it('and envelope name one sender and one recipient', () => {
    const mail = render('<p>', { replyTo: 'help@acme.example' })
    expect(mail.envelope).toEqual({ from: 'news@acme.example', to: 'reader@mail.example' })
    expect([mail.from.name, mail.to.name, mail.replyTo]).toEqual(['Acme', 'Reader', 'help@acme.example'])
    expect(mail.date.toISOString()).toBe('2026-11-21T12:00:00.000Z')
  })
})

describe('the links of the recipient’s own', () => {
  const html = '<a href="{{unsubscribe_url}}">stop</a> <a href=\'{{ rights_url }}\'>rights</a>'

  it('are filled in and never tracked', () => {
    const { html: out, links } = render(`${html}<a href="https://track.acme.example/x?{{unsubscribe_url}}">odd</a>`)
    expect(links).toEqual([])
    const [unsubscribe, rights] = [...out!.matchAll(/\/(?:u|me)\/([\w-]+)/g)].map(([, token]) => token!)
    expect(claimsOf(unsubscribe!, 'unsubscribe').target).toBe('campaign')
    expect(claimsOf(rights!, 'me')).toMatchObject({ target: '', link: 0 })
  })

  it('are asked for: both must be in what the reader sees', () => {
    const missing = (html: string | null, text: string | null) =>
      missingRights(compileTemplate(contentOf(html, { text })))
    const both = '{{unsubscribe_url}} {{rights_url}}'
    expect(missing(both, null)).toEqual([])
    expect(missing(null, both)).toEqual([])
    expect(missing('{{rights_url}}', both)).toEqual(['unsubscribe_url'])
    expect(missing(null, 'x')).toEqual(['unsubscribe_url', 'rights_url'])
  })

  it('stand in the derived text part too', () => {
    const { text } = render(html)
    expect(text).toMatch(
      /stop \[https:\/\/track\.acme\.example\/u\/[\w-]+\] rights \[https:\/\/track\.acme\.example\/me\//,
    )
  })
})

describe('the text part', () => {
  it('is derived from the html with its original links, in the author’s letters', () => {
    const { text } = render(
      '<h1>Hi {{name}}</h1><p>See <a href="https://a.example/?b=1&amp;c=2">this</a>.</p><img alt="x">',
    )
    expect(text).toBe('Hi Reader\n\nSee this [https://a.example/?b=1&c=2].')
  })

  it('of the author is kept as it is, links included', () => {
    const text = 'Read https://a.example/ \r\n.'
    expect(render(contentOf('<a href="https://a.example/">x</a>', { text })).text).toBe(text)
  })
})

const link = (html: string, merge: Record<string, string> = {}) => taken(render(html, { merge }).html!)

describe('a link', () => {
  it('carries its message, its person, its number and its exact destination', () => {
    const message = rendering()
    const { html, links } = render('<a href="https://a.example/1">1</a><a href="https://a.example/2">2</a>', message)
    const [, url] = [...html!.matchAll(/https:[^"]*\/c\/[\w-]+/g)].map(([each]) => each)
    const { policy, issued, handle } = message
    const claims = { policy, issued, handle, message: message.message, link: 2, target: 'https://a.example/2' }
    expect(claimsOf(url!, 'click')).toEqual(claims)
    expect(links).toEqual(['https://a.example/1', 'https://a.example/2'])
  })

  it('keeps the author’s quotes, and gets some where there were none', () => {
    expect(link(`<a href='https://a.example/'>`).rest).toBe(`<a href='\u0000'>`)
    expect(link('<A class=x HREF = https://a.example/ id=y>').rest).toBe('<A class=x HREF = "\u0000" id=y>')
  })

  it('of a merge field leads where the raw value says', () => {
    const merge = { url: 'https://a.example/?b=1&c=2', id: 'x y&z' }
    expect(link('<a href="{{url}}">', merge).destinations).toEqual([merge.url])
    expect(link('<a href="https://a.example/{{id}}?q=1&amp;r=2">', merge).destinations).toEqual([
      'https://a.example/x%20y&z?q=1&r=2',
    ])
  })

  it('of a merge field that is no web address is left alone, and keeps its number for the others', () => {
    const html = '<a href="{{url}}">1</a><a href="https://a.example/">2</a>'
    const mail = render(html, { merge: { url: 'javascript:alert(1)' } })
    expect(mail.links).toEqual(['', 'https://a.example/'])
    expect(taken(mail.html!).rest).toContain('<a href="javascript:alert(1)">1</a>')
    expect(claimsOf(/\/c\/[\w-]+/.exec(mail.html!)![0], 'click').link).toBe(2)
  })

  it('in a comment, script, style, title, textarea, template, noscript or CDATA is none', () => {
    const a = '<a href="https://a.example/">'
    const html = [
      `<!-- ${a} -->`,
      ...['script', 'style', 'title', 'textarea', 'template', 'noscript', 'iframe', 'xmp'].map(
        (tag) => `<${tag}>${a}</${tag}>`,
      ),
      `<svg><![CDATA[ ${a} ]]></svg>`,
      `<!--[if mso]>${a}<![endif]-->`,
    ].join('\n')
    expect(link(html)).toEqual({ destinations: [], pixels: 1, rest: html })
  })

  it('whose token would make the URL too long is left alone', () => {
    const long = `https://a.example/${'x'.repeat(1200)}`
    const mail = render(`<a href="${long}">1</a><a href="https://a.example/">2</a>`)
    expect(taken(mail.html!).destinations).toEqual(['https://a.example/'])
    expect(mail.html).toContain(long)
    expect(mail.links).toEqual(['', 'https://a.example/'])
  })

  it.each([
    'mailto:a@b.example',
    'tel:+1',
    'sms:+1',
    '#top',
    '/relative',
    'a.example',
    '',
    ' ',
    '//a.example/',
    'ftp://a.example/',
  ])('to %j is left alone', (href) => {
    const html = `<a href="${href}">x</a>`
    expect(link(html)).toEqual({ destinations: [], pixels: 1, rest: html })
  })

  it('in an image map is one too', () => {
    expect(link('<map><area href="https://a.example/"></map>').destinations).toEqual(['https://a.example/'])
  })
})

describe('a link whose words are an address', () => {
  it.each([
    ['https://bank.example/login', 'https://elsewhere.example/'],
    [' www.bank.example ', 'https://elsewhere.example/'],
    ['HTTP://bank.example', 'https://bank.example.evil.example/'],
    ['<b>https://</b>bank.example', 'https://elsewhere.example/'],
    ['https://bücher.example/', 'https://buecher.example/'],
  ])('%j of another host than %j is left alone and counted: filters compare the two', (words, href) => {
    const html = `<a href="${href}">${words}</a>`
    expect(link(html)).toEqual({ destinations: [], pixels: 1, rest: html })
    expect(compileTemplate(contentOf(html)).left.other_host).toBe(1)
  })

  it.each([
    ['https://a.example/', 'https://a.example/?from=mail'],
    ['www.a.example', 'https://a.example/'],
    ['https://a.example', 'https://shop.a.example/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/x'],
    ['a.example', 'https://elsewhere.example/'],
    ['Version 2.0', 'https://a.example/'],
    ['see https://b.example/', 'https://a.example/'],
  ])('%j that leads to %j is tracked, its words untouched', (words, href) => {
    const { destinations, rest } = link(`<a href="${href}">${words}</a>`)
    expect(destinations).toHaveLength(1)
    expect(rest).toBe(`<a href="\u0000">${words}</a>`)
  })
})

describe('a relative link', () => {
  it('is tracked to where the base of the mail makes it lead; the base stays', () => {
    const html =
      '<base href="https://a.example/news/"><a href="../x?b=1&amp;c=2#d">1</a><a href="//b.example/">2</a><a href="#top">3</a>'
    const { destinations, rest } = link(html)
    expect(destinations).toEqual(['https://a.example/x?b=1&c=2#d', 'https://b.example/'])
    expect(rest).toContain('<base href="https://a.example/news/">')
    expect(rest).toContain('<a href="#top">3</a>')
  })

  it.each(['', '<base href="javascript:alert(1)//">', '<base href="/x">', '<base target=x>'])(
    'with %j before it is left alone and counted',
    (base) => {
      const html = `${base}<a href="../x">1</a>`
      expect(link(html)).toEqual({ destinations: [], pixels: 1, rest: html })
      expect(compileTemplate(contentOf(html)).left.not_web).toBe(1)
    },
  )
})

describe('what only Outlook reads', () => {
  it('is left byte for byte, its links counted; what every other reader sees instead is tracked', () => {
    const vml =
      '<!--[if mso]><v:roundrect href="https://a.example/" arcsize="10%"><center>Go</center></v:roundrect><![endif]-->'
    const rest = '<!--[if !mso]><!--><a href="https://a.example/">Go</a><!--<![endif]-->'
    const found = link(vml + rest)
    expect(found.destinations).toEqual(['https://a.example/'])
    expect(found.rest).toBe(vml + rest.replace('https://a.example/', '\u0000'))
    expect(compileTemplate(contentOf(vml + rest)).left.conditional).toBe(1)
  })
})

describe('a marked link', () => {
  const strip = (html: string) => [render(html).html!.replace(/<img[^>]*>$/, ''), render(html, untracked).html]
  it.each([
    ['<a data-no-track href=https://a.example/x>', '<a href=https://a.example/x>'],
    ['<a href="https://a.example/" clicktracking=off>', '<a href="https://a.example/">'],
    ['<a clicktracking="OFF" href="https://a.example/">', '<a href="https://a.example/">'],
    ['<a data-no-track="x"href="https://a.example/">', '<a href="https://a.example/">'],
    ['<a data-no-track/href="https://a.example/">', '<a /href="https://a.example/">'],
    ['<a href=https://a.example/x data-no-track/>', '<a href=https://a.example/x />'],
    ['<a href="https://a.example/"data-no-track>', '<a href="https://a.example/">'],
  ])('%s is not tracked, and the marker goes', (html, expected) => {
    expect(strip(html)).toEqual([expected, expected])
  })

  it('may say that tracking is on: that is no marker', () => {
    const html = '<a href="https://a.example/" clicktracking="on">'
    expect(taken(render(html).html!).destinations).toEqual(['https://a.example/'])
  })
})

describe('the pixel', () => {
  const at = (html: string) => taken(render(html).html!.replace(/<img[^>]*>/, '|$&')).rest

  it.each([
    ['<html><body>x</body></html>', '<html><body>x|</body></html>'],
    ['<html><body>x</html>', '<html><body>x|</html>'],
    ['<p>x', '<p>x|'],
    ['<!-- </body> --><p>x</BODY ><!-- </body> -->', '<!-- </body> --><p>x|</BODY ><!-- </body> -->'],
    ['<textarea></body></textarea>x', '<textarea></body></textarea>x|'],
    ['{{name}}', 'Reader|'],
  ])('in %s stands before the end of the body', (html, expected) => {
    expect(at(html)).toBe(expected)
  })

  it('is absent where opens are not to be recorded, and so are click tokens where clicks are not', () => {
    const html = '<body><a href="https://a.example/">x</a></body>'
    expect(render(html, untracked).html).toBe(html)
    expect(taken(render(html, { plan: { opens: false, clicks: true } }).html!)).toMatchObject({
      pixels: 0,
      destinations: [html.slice(15, 33)],
    })
    expect(taken(render(html, { plan: { opens: true, clicks: false } }).html!)).toEqual({
      pixels: 1,
      destinations: [],
      rest: html,
    })
  })
})

describe('everything else', () => {
  it('is byte for byte the author’s, however odd', () => {
    const html =
      '\uFEFF<!doctype x>\r\n<BODY a=1 A=2\tb>\r<p <q>&nbsp;&bogus;&#0; \u0000 🦊 </p x></\u0000><![if x]><?php ?>\n<a\nhref\n=\n"x"'
    expect(render(html, untracked).html).toBe(html)
    expect(taken(render(html).html!).rest).toBe(html)
  })

  it('goes through in time that grows with the text alone', () => {
    const nested = '<font color=1><p><a href="https://a.example/">'.repeat(20_000)
    expect(compileTemplate(contentOf(nested, { text: 'x' })).html).toHaveLength(40_002)
    const marked = `<a href="https://a.example/" ${'data-no-track '.repeat(20_000)}>`
    expect(render(contentOf(marked, { text: 'x' }), untracked).html).toBe('<a href="https://a.example/" >')
  })
})
