import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages } from '../../src/base/index.ts'
import { chromiumPath, openChromium } from './chromium.ts'
import { environment, type Lethe, startLethe, until } from './lethe.ts'

interface Mail {
  readonly subject: string
  readonly html: string
}

const email = 'reader@people.example'
const limit = 240_000
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
const runAxe = `axe.run({ runOnly: ${JSON.stringify(rules)} })`
// As text, because this code is read without the types of a browser: how far the page can be moved to the side.
const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
const shots = process.env.LETHE_SHOTS

describe.runIf(chromiumPath)("the recipient's page in a real browser", () => {
  let lethe: Lethe
  let browser: Browser
  beforeAll(async () => {
    lethe = await startLethe(await environment({ LETHE_POLICY: 'mailerplex' }))
    browser = await openChromium()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await lethe?.stop()
  })

  const mailsTo = async (to: string): Promise<readonly Mail[]> =>
    (await lethe.call<{ mails: readonly Mail[] }>('GET', `/v1/mailbox?to=${encodeURIComponent(to)}`)).json.mails ?? []
  /** The link of the newest mail to `to`, once there are `count` of them. */
  async function linkOf(to: string, count: number): Promise<string> {
    const mails = await until(async () => {
      const all = await mailsTo(to)
      return all.length >= count ? all : null
    }, 60)
    return /http[^"<>\s]*\/me\/[\w-]+(?:\?lang=\w\w)?/.exec(mails!.at(-1)!.html)![0]
  }
  async function sendTo(to: string) {
    const sent = await lethe.call('POST', '/v1/messages', {
      ...{ to: { email: to, name: 'Rhea Reader' }, subject: 'A letter', purpose: 'deliver' },
      html: '<p>Dear {{name}}</p><a href="https://target.example/">go</a> <a href="{{rights_url}}">your rights</a>',
      consent: { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count what I open' },
    })
    expect(sent.status, sent.text).toBe(202)
    return linkOf(to, 1)
  }

  const press = async (page: Page, name: string | RegExp) => {
    const old = page.url()
    await page.getByRole('button', { name }).first().click()
    await page.waitForLoadState('load')
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1/)
    return old
  }
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText()

  it(
    'sees, corrects, objects, withdraws, takes along and erases, without any script',
    async () => {
      const context = await browser.newContext({ javaScriptEnabled: false, acceptDownloads: true })
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(await sendTo(email))
      expect(await heading(page)).toBe('Your emails from us')
      await press(page, 'Stop recording opens and clicks')
      expect(await heading(page)).toContain('no longer recorded')
      await page.goBack()
      await press(page, 'See, correct, take along or erase my data')
      expect(await heading(page)).toBe('Look into your mailbox')

      await page.goto(await linkOf(email, 2))
      expect(await page.content()).not.toContain(email)
      await press(page, 'Show what is held about me')
      expect(await heading(page)).toBe('Everything held about you')
      for (const part of [email, 'Count what I open']) {
        expect((await page.content()).toLowerCase()).toContain(part.toLowerCase())
      }
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Take it along as a file (JSON)' }).click(),
      ])
      const { data } = JSON.parse(readFileSync(await download.path(), 'utf8'))
      expect(data.held.messages.length).toBe(2)

      await page.getByLabel('Your name').fill('Rhea Righter')
      await press(page, 'Correct my name')
      expect(await heading(page)).toBe('It is corrected')
      await press(page, 'Back to my data')
      await page.locator('.purpose', { hasText: 'newsletters' }).getByRole('button', { name: 'Object' }).click()
      expect(await heading(page)).toBe('Your objection counts')
      await press(page, 'Back to my data')
      await page.locator('.purpose', { hasText: 'learning' }).getByRole('button', { name: 'I agree' }).click()
      expect(await heading(page)).toContain('your consent is recorded')
      await press(page, 'Back to my data')
      await press(page, 'Take my consent back')
      expect(await heading(page)).toBe('Your consent is taken back')
      await press(page, 'Back to my data')

      const next = 'righter@people.example'
      await page.getByLabel('Your new email address').fill(next)
      await press(page, 'Correct my address')
      const confirming = await context.newPage()
      await confirming.goto(await linkOf(next, 1))
      await press(confirming, 'Yes, use this address')
      expect(await heading(confirming)).toBe('It is corrected')
      await press(page, 'Back to my data')
      expect(await heading(page)).toContain('This link was used')

      await page.getByRole('link', { name: 'Ask for a fresh link' }).click()
      await page.getByLabel('Your email address').fill(next)
      await press(page, 'Send me the link')
      // The pause between two links ends by the clock; a link to another address than before has none.
      const { json } = await lethe.call<{ cases: readonly object[] }>('GET', '/v1/cases')
      expect(json.cases).toEqual([])
      await context.close()
      expect(asked.filter((url) => !url.startsWith('http://127.0.0.1'))).toEqual([])
    },
    limit,
  )

  it(
    'erases for good, and asks before',
    async () => {
      const context = await browser.newContext({ javaScriptEnabled: false })
      const page = await context.newPage()
      const gone = 'gone@people.example'
      await page.goto(await sendTo(gone))
      await press(page, 'See, correct, take along or erase my data')
      await page.goto(await linkOf(gone, 2))
      await press(page, 'Show what is held about me')
      await page.getByRole('link', { name: 'Erase everything …' }).click()
      expect(await heading(page)).toBe('Erase everything?')
      await press(page, 'Erase everything for good')
      expect(await heading(page)).toBe('Your data is erased')
      expect(await page.content()).toContain('The keys to everything of yours')
      await page.reload().catch(() => {})
      const held = await lethe.call<{ data: { held: object } }>('POST', '/v1/subjects/export', { email: gone })
      expect(Object.keys(held.json.data.held)).toEqual(['suppressions'])
      expect(lethe.log()).not.toMatch(/people\.example|Rhea/)
      await context.close()
    },
    limit,
  )

  it('can be read by everybody: axe finds nothing, in any language, light and dark, on a phone and on a desk', async () => {
    const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    if (shots) mkdirSync(shots, { recursive: true })

    const looks = [
      ['phone dark', 'dark', { width: 360, height: 740 }],
      ['phone light', 'light', { width: 360, height: 740 }],
      ['desk dark', 'dark', { width: 1280, height: 900 }],
      ['desk light', 'light', { width: 1280, height: 900 }],
    ] as const

    // Words change between languages, colours and widths do not: the others are seen on a dark phone and a light desk.
    const some = looks.filter((_, index) => index % 3 === 0)

    async function check(page: Page, what: string, language: string): Promise<void> {
      await page.evaluate(source)
      for (const [look, colorScheme, viewport] of language === 'en' ? looks : some) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize(viewport)
        // As text for the same reason as above: axe is a global of the page.
        const found: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate(runAxe)
        const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
        expect([what, look, violations]).toEqual([what, look, []])
        expect([what, look, await page.evaluate(sideways)]).toEqual([what, look, 0])
        const path = `${what} ${look}`.replace(/[^\w-]+/g, '-')
        if (shots) await page.screenshot({ path: join(shots, `${path}.png`), fullPage: true })
      }
    }

    /** Every page once, on the way through them. */
    async function walk(context: BrowserContext, language: string, to: string): Promise<void> {
      const page = await context.newPage()
      const base = `http://${lethe.env.LETHE_TRACKER}`
      const see = (what: string) => check(page, `${what} ${language}`, language)
      const submit = async (action: string) => {
        await Promise.all([page.waitForNavigation(), page.locator(`button[value="${action}"]`).first().click()])
      }
      const link = await sendTo(to)
      await page.goto(`${link}?lang=${language}`)
      expect(await page.getAttribute('html', 'lang')).toBe(language)
      await see('stop')
      await submit('object')
      await see('stopped')
      await page.goto(`${link}?lang=${language}`)
      await submit('rest')
      await see('asked')
      for (const path of ['me', 'privacy', 'nowhere', 'u/x']) {
        await page.goto(`${base}/${path}?lang=${language}`)
        await see(path.replace('/', '-'))
      }
      const fresh = (await linkOf(to, 2)).replace(/lang=\w\w/, `lang=${language}`)
      await page.goto(fresh)
      await see('open')
      await submit('open')
      await see('overview')
      await page.locator('a.stop').click()
      await see('erase')
      await submit('open')
      await page.locator('#name').fill('N')
      await submit('name')
      await see('corrected')
      await page.goto(fresh)
      await see('used')
      await page.close()
    }

    for (const language of languages) {
      const context = await browser.newContext({ bypassCSP: true })
      await walk(context, language, `axe-${language}@people.example`)
      await context.close()
    }
  }, 1_200_000)
})
