import { afterEach, describe, expect, it } from 'vitest'
import { reportHeaders } from '../../src/http/reports/page.ts'
import { chromiumPath, openChromium } from '../journeys/chromium.ts'
import { clicksIn, htmlOf, openSink, pixelsIn } from '../journeys/sink.ts'
import { openScene } from './scene.ts'

const consent = 'campaign_consent_at,campaign_consent_source,campaign_consent_wording'
const people = 24
const csv = [
  `email,name,${consent}`,
  ...Array.from({ length: people }, (_, index) => `r${index}@x.example,R${index},2026-01-05,form,yes`),
].join('\n')
const html = `<body><p>Hi {{name}}</p><a href="https://x.example/a">a</a> <a href="https://x.example/b">b</a>
<a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a></body>`

let closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
})

/** A campaign of 24, of whom all opened and 12 clicked the first link; counted and nothing else, k = 10. */
async function open(name = 'Spring') {
  const sink = await openSink()
  const scene = await openScene({ smtp: sink.url, policy: 'certometer' })
  closers.push(sink.close, scene.close)
  const { json } = await scene.call('POST', '/v1/campaigns', { name, purpose: 'campaign', subject: 'News', html })
  await scene.call('POST', `/v1/campaigns/${json.id}/recipients`, csv)
  await scene.call('POST', `/v1/campaigns/${json.id}/start`)
  await scene.work()
  const page = htmlOf(sink.mails[0]!.raw)
  for (let person = 0; person < people; person++) {
    await scene.hit(pixelsIn(page)[0]!, { address: `192.0.2.${person}` })
    if (person < 12) await scene.hit(clicksIn(page)[0]!, { address: `192.0.2.${person}` })
  }
  const path = `/v1/campaigns/${json.id}/report`
  return { ...scene, path }
}

describe('a report', () => {
  it('says of each kind whether it is exact, and has parts that make up the whole', async () => {
    const { call, path } = await open()
    const { json } = await call('GET', path)
    expect(json).toMatchObject({
      name: 'Spring',
      basis: { open: 'estimate', click: 'estimate' },
      totals: { openers: 20 },
    })
    const programs = json.parts.filter(({ by, kind }: Record<string, string>) => by === 'browser' && kind === 'open')
    expect(programs).toEqual([{ kind: 'open', class: 'person', by: 'browser', value: 'Firefox', people: 20 }])
  })

  it('comes as CSV in which nothing is a formula', async () => {
    const { call, path } = await open()
    for (const answer of [
      await call('GET', `${path}?format=csv`),
      await call('GET', path, undefined, { accept: 'text/csv' }),
    ]) {
      expect(answer.status).toBe(200)
      const lines = answer.text.trimEnd().split('\r\n')
      expect(lines[0]).toBe('kind,class,by,value,people,hits,basis,step')
      expect(lines).toContain('open,person,all,,20,20,estimate,10')
      expect(lines).toContain('click,person,browser,Firefox,10,,estimate,10')
      for (const cell of lines.flatMap((line) => line.split(','))) expect(cell).not.toMatch(/^[=+\-@]/)
    }
    expect(await call('GET', `${path}?format=xls`)).toMatchObject({ status: 422, json: { code: 'format_unknown' } })
  })

  it('comes as a page that runs nothing, loads nothing and has a table beside each chart', async () => {
    const { call, path } = await open('<b>Bold & brave</b>')
    const { status, text } = await call('GET', path, undefined, { accept: 'text/html' })
    expect(status).toBe(200)
    expect(text).toContain('<h1>&lt;b&gt;Bold &amp; brave&lt;/b&gt;</h1>')
    expect(text).not.toMatch(/<script|<link|src=|url\(|\son\w+=/i)
    const charts = text.match(/<svg[^>]*role="img"/g) ?? []
    expect(charts.length).toBeGreaterThan(2)
    expect(text.match(/<table>/g)).toHaveLength(charts.length)
  })

  it('is shown behind a link without a key, until a quarter of an hour is over', async () => {
    const { call, path, clock } = await open()
    const made = await call('POST', `${path}/link`)
    expect(made.status).toBe(201)
    const nobody = { authorization: '' }
    expect(await call('GET', path, undefined, nobody)).toMatchObject({ status: 401 })
    const shown = await call('GET', made.json.path, undefined, nobody)
    expect([shown.status, shown.text.includes('<h1>Spring</h1>')]).toEqual([200, true])
    const forged = made.json.path.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A'))
    for (const wrong of [forged, '/reports/A', `${made.json.path.slice(0, 20)}`]) {
      expect((await call('GET', wrong, undefined, nobody)).status).toBe(401)
    }
    clock.time += 15 * 60_000
    expect((await call('GET', made.json.path, undefined, nobody)).status).toBe(401)
  })
})

describe.runIf(chromiumPath)('the page of a report in a real browser', () => {
  it('has its style under its own policy, asks for nothing, and fits a narrow screen', async () => {
    const { call, path } = await open()
    const { text: body } = await call('GET', `${path}?format=html`)
    const browser = await openChromium()
    closers.push(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false })
    const asked: string[] = []
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.route('**', (route) => {
      asked.push(route.request().url())
      return route.fulfill({ status: 200, contentType: 'text/html; charset=utf-8', headers: reportHeaders(), body })
    })
    await page.goto('http://report.example/')
    const section = await page.locator('section').first().boundingBox()
    const drawn = await page.locator('svg').first().boundingBox()
    const table = await page.locator('table').first().boundingBox()
    // Unstyled, a picture has its own width and a section the whole of the screen.
    for (const box of [section, drawn, table]) expect(box!.x + box!.width).toBeLessThan(390)
    expect(section!.x).toBeGreaterThan(8)
    expect(said).toEqual([])
    expect(asked.filter((url) => !url.endsWith('favicon.ico'))).toEqual(['http://report.example/'])
    expect(await page.getByRole('table', { name: 'People by day' }).count()).toBe(1)
  }, 120_000)
})
