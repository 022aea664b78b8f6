import http from 'node:http'
import type { BrowserContext } from 'playwright-core'
import { equal, must } from '../row.ts'
import { linksIn, pathOf, tracked } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'

/** From the links of a mail, in a real browser: an outside page sees no token, and no page of ours asks anything outside. */
export async function outsideSeesNoToken(stage: Stage): Promise<string> {
  const seen: http.IncomingMessage[] = []
  const target = http.createServer((request, response) => {
    seen.push(request)
    // A page that leaks its address on purpose: what the outside would see if one of ours did.
    const leak = '<meta name="referrer" content="unsafe-url"><img src="/picture">'
    response.setHeader('content-type', 'text/html').end(request.url?.startsWith('/leaky') ? leak : 'outside')
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  const address = target.address()
  const outside = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const browser = await stage.browser()
  try {
    const lethe = await stage.lethe()
    const html = `<html><body><a href="${outside}/landing">a</a> <a href="{{unsubscribe_url}}">u</a> <a href="{{rights_url}}">me</a></body></html>`
    const mail = await tracked(stage, 'browser@people.example', html)
    const clicks = linksIn(mail, 'c')
    const pages = ['u', 'me'].flatMap((route) => linksIn(mail, route))
    equal(pages.length, 2, 'the ways out in the mail')
    const tokens = [...clicks, ...pages].map((link) => pathOf(link).split('/')[2] ?? '')
    for (const link of [...clicks, ...pages]) await open(browser, link)
    // A page of ours that named anything outside would be a way for the token to leave with it.
    for (const link of [...pages, '/v/unknown']) {
      const answer = await lethe.hit(pathOf(link))
      const links =
        answer.body.toString().match(/(?:href|src|action|url)\s*[=(]\s*["']?(?:https?:)?\/\/[^"'\s>)]+/gi) ?? []
      equal(links, [], `outside addresses on ${pathOf(link).slice(0, 4)}`)
      const policy = [answer.status, answer.headers['referrer-policy']]
      equal(
        policy,
        [link.startsWith('/') ? 404 : 200, 'no-referrer'],
        `status and Referrer-Policy of ${pathOf(link).slice(0, 4)}`,
      )
      must(
        String(answer.headers['content-security-policy']).startsWith("default-src 'none'"),
        'no Content-Security-Policy',
      )
    }
    const told = seen.map(({ url, headers }) => `${url} ${JSON.stringify(headers)}`)
    must(
      told.some((each) => each.startsWith('/landing')),
      'the click did not land',
    )
    const leaked = told.filter((each) => tokens.some((token) => token && each.includes(token)))
    equal(leaked, [], 'requests outside that hold a token')
    equal(
      told.filter((each) => each.startsWith('/landing') && each.includes('"referer"')),
      [],
      'referrers of a click',
    )
    const followed = `${clicks.length} tracked links and the pages behind /u and /me`
    const clean = 'no page names anything outside, and the target saw no token and no referrer'
    if (!browser) return `no browser here, requests only: ${followed}: ${clean}`
    await open(browser, `${outside}/leaky-${tokens[0]}`)
    const leaks = seen.some(({ url, headers }) => url === '/picture' && headers.referer?.includes(tokens[0] ?? ''))
    must(leaks, 'a page that leaks on purpose was not noticed: the target is blind')
    return `Chromium followed ${followed}: ${clean}; a page that leaks on purpose is noticed`
  } finally {
    await browser?.close()
    target.close()
  }
}

/** Loads the page as a person's browser would; where there is none, the headers alone have to speak. */
async function open(browser: BrowserContext | null, link: string): Promise<void> {
  if (!browser) return void (await fetch(link).catch(() => null))
  const page = await browser.newPage()
  await page.goto(link, { waitUntil: 'load', timeout: 30_000 })
  await page.close()
}
