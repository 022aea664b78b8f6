import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { chromiumPath, openChromium } from '../journeys/chromium.ts'
import { environment, folder, type Lethe, run, startLethe } from '../journeys/lethe.ts'
import { findNeedles } from '../journeys/needles.ts'
import { codesOn, havePdfTools, linesIn, sayWithoutPdfTools } from './poppler.ts'

const parts: readonly (readonly [first: string, last: string])[] = [
  [
    'Ada Grace Mary Zoë José Siobhán Ngọc Øyvind Łucja Ævar',
    'Lovelace Hopper Kovač Núñez Sørensen Müller Ó-Briain Dvořák Þórsson Ştefan',
  ],
  [
    'محمد فاطمة يوسف زينب عبدالله مريم خالد ليلى هشام نور',
    'الخوارزمي الفهري البيروني الزهراوي الكندي السنوسي القرطبي الطوسي المراكشي الحلبي',
  ],
  [
    'अनन्या हर्षवर्धन रविन्द्र श्रुति कृष्ण विद्या अर्जुन ज्योति ईश्वर त्रिशा',
    'श्रीवास्तव क्षत्रिय ठाकुर मिश्रा द्विवेदी चट्टोपाध्याय शर्मा त्रिपाठी कुलकर्णी ज्ञानी',
  ],
  ['王 李 张 刘 陈 杨 赵 黄 周 欧阳', '小明东 清照林 衡山川 徽之远 景润生 振宁海 元任风 道婆云 树人野 修文永'],
  [
    'Ada🚀 Bo🌊 Cy🎓 Di🦉 Ed🌱 Flo🔥 Gus🎻 Hal🧵 Ida⚓ Jo🌍',
    'Weaver🧶 Sailor⛵ Reader📚 Baker🍞 Singer🎤 Walker🥾 Diver🤿 Potter🏺 Keeper🐝 Gardener🌻',
  ],
]

/** A hundred names of each kind. */
const names = parts.flatMap(([first, last], script) =>
  first.split(' ').flatMap((one) => last.split(' ').map((two) => (script === 3 ? `${one}${two}` : `${one} ${two}`))),
)

/** What the mailbox holds, by address: the PDF, and the link of the mail. */
async function delivered(lethe: Lethe) {
  const { json } = await lethe.call<{ mails: { to: string; raw: string; text: string }[] }>('GET', '/v1/mailbox')
  const mails = json.mails.map(async ({ to, raw, text }) => {
    const [file] = (await PostalMime.parse(raw)).attachments
    const link = /https?:\/\/\S+\/v\/[\w-]+/.exec(text)?.[0] ?? ''
    return [to, { pdf: Buffer.from(file!.content as ArrayBuffer), link }] as const // bytes, unless an encoding is asked for
  })
  return new Map(await Promise.all(mails))
}

describe('five hundred certificates', () => {
  it('reach their holders from a CSV, read right, lead to a page that confirms them, and leave no name behind', async () => {
    expect(new Set(names).size).toBe(500)
    const keys = folder()
    const env = await environment({
      LETHE_POLICY: 'strict',
      LETHE_SMTP: 'capture:',
      LETHE_LOG: join(keys, 'lethe.log'),
      LETHE_KEYS: `a:${Buffer.alloc(32, 5).toString('base64')}`,
      LETHE_EPOCHS: join(keys, 'epochs'),
    })
    const lethe = await startLethe(env)
    const file = join(keys, 'people.csv')
    const addresses = names.map((_, index) => `holder${index}@example.org`)
    writeFileSync(
      file,
      `email,name,course\n${names.map((name, index) => `${addresses[index]},${name},Weaving`).join('\n')}\n`,
    )
    const words = [
      'send',
      'certificates',
      '--template',
      join(packageRoot(), 'examples/certificate'),
      '--recipients',
      file,
    ]
    const sent = await run([...words, '--wait', '--json'], env)
    expect(sent.code, sent.err).toBe(0)
    const answer = JSON.parse(sent.out)
    expect(answer).toMatchObject({ accepted: 500, duplicates: 0, refused: 0, faulty: 0, statuses: { sent: 500 } })
    const again = JSON.parse((await run([...words, '--json'], env)).out)
    expect(again).toMatchObject({ accepted: 0, duplicates: 500 })

    const mails = await delivered(lethe)
    expect(mails.size).toBe(500)
    const each = names.map((name, index) => ({ name, ...mails.get(addresses[index]!)! }))
    for (const { name, link } of each) {
      const confirmed = await lethe.hit(
        link,
        { 'content-type': 'application/x-www-form-urlencoded' },
        'POST',
        String(new URLSearchParams({ name })),
      )
      expect([confirmed.status, confirmed.body.includes('Yes, this is the holder')], name).toEqual([200, true])
    }
    if (havePdfTools) {
      const misread = each.filter(({ name, pdf }) => !linesIn(pdf).includes(name)).map(({ name }) => name)
      expect(misread).toEqual([])
      // A page takes most of a second to be turned into dots: every tenth, or all where somebody waits for it.
      const seen = process.env.LETHE_ALL_CODES ? each : each.filter((_, index) => index % 10 === 3)
      expect(codesOn(seen.map(({ pdf }) => pdf))).toEqual(seen.map(({ link }) => link))
    } else sayWithoutPdfTools('five hundred certificates')

    if (chromiumPath)
      await inChromium(
        each.filter((_, index) => index % 100 === 7),
        answer.certificates[7].certificate,
        lethe,
      )

    expect(await lethe.stop()).toBe(0)
    const planted = join(keys, 'planted')
    writeFileSync(planted, `noise ${names[250]} noise`)
    const needles = [...names, ...addresses, '%PDF-1.7', each[0]!.link.slice(-40)]
    expect(findNeedles([keys], [names[250]!]).some((found) => found.includes('planted'))).toBe(true)
    expect(findNeedles([env.LETHE_DATA], needles)).toEqual([])
    expect(findNeedles([keys], names).filter((found) => !/people\.csv|planted/.test(found))).toEqual([])
    expect(readFileSync(join(keys, 'lethe.log'), 'utf8')).not.toMatch(/holder\d|Weaving/)
    const later = { ...env, LETHE_CLOCK: '+P400D' }
    expect((await run(['audit', '--json'], later)).out).not.toContain('certificate_revocations is not')
    // Minutes on a quiet machine; a shared one may take its time.
  }, 1_800_000)
})

/** What somebody sees who scans the code: the facts, and yes or no; in the end that it was taken back. */
async function inChromium(
  some: readonly { readonly name: string; readonly link: string }[],
  number: string,
  lethe: Lethe,
) {
  const browser = await openChromium()
  try {
    const page = await browser.newPage()
    for (const { name, link } of some) {
      await page.goto(link)
      await page.getByLabel('Name on the certificate').fill('Somebody Else')
      await page.getByRole('button', { name: 'Check the name' }).click()
      await page.getByRole('heading', { name: 'That is not the name' }).waitFor()
      await page.getByLabel('Name on the certificate').fill(name)
      await page.getByRole('button', { name: 'Check the name' }).click()
      await page.getByRole('heading', { name: 'Yes, this is the holder' }).waitFor()
      expect(await page.textContent('dl')).toContain('Certificate of Completion')
    }
    expect((await lethe.call('POST', `/v1/certificates/${number}/revoke`)).status).toBe(200)
    await page.goto(some[0]!.link)
    await page.getByRole('heading', { name: 'taken back' }).waitFor()
  } finally {
    await browser.close()
  }
}
