import { describe, expect, test } from 'vitest'
import {
  chaptersOf,
  controls,
  explainPolicy,
  loadPolicy,
  noticeOf,
  shippedFolder,
  shippedNames,
} from '../../src/policy/index.ts'
import { compiled, lines, written } from './written.ts'

describe('an explanation', () => {
  const text = explainPolicy(loadPolicy('mailerplex'))

  test('says what is collected, why, on what basis, until when and who sees it', () => {
    const flat = text.replace(/\s+/g, ' ')
    expect(flat).toContain('When you open a mail, this is recorded: the time to the second, the country')
    expect(flat).toContain('It serves the purpose "insight" alone.')
    expect(flat).toContain('It rests on your consent.')
    expect(flat).toContain('It is deleted after 30 days.')
    expect(flat).toContain('Who else sees it')
    expect(flat).toContain('Nothing is recorded if your program sends Global Privacy Control or Do Not Track.')
  })

  test('fits a terminal and is plain ASCII', () => {
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(84)
    expect(text).toMatch(/^[\x20-\x7e\n]+$/)
  })

  test('names every slot that is still open', () => {
    for (const path of loadPolicy('mailerplex').unfilled) expect(text).toContain(`  - ${path}`)
    expect(explainPolicy(compiled(written()))).not.toContain('Still to be filled in')
  })

  test('marks what the published text does not say, and nothing else', () => {
    const sentences = chaptersOf(loadPolicy('mailerplex')).flatMap((chapter) => chapter.sentences)
    const ours = (path: string) => sentences.filter((each) => each.path === path).map((each) => each.ours)
    expect(ours('collect.open.retention')).toEqual([true])
    expect(ours('tallies.k')).toEqual([true])
    expect(ours('purposes.deliver')).toEqual([false])
    expect(ours('purposes.campaign.consent')).toEqual([false])
  })

  test('names the controls behind each chapter, and only those that the policy switches on', () => {
    const of = (name: string, heading: RegExp) =>
      chaptersOf(loadPolicy(name)).find((chapter) => heading.test(chapter.heading))?.controls
    expect(of('mailerplex', /opened/)).toEqual(expect.arrayContaining(['coarse-events', 'sealed-token']))
    expect(of('certometer', /opened/)).toContain('unlinkable-tallies')
    expect(of('certometer', /opened/)).not.toContain('sealed-token')
    expect(of('certimailer', /opened/)).toContain('no-tracking')
    for (const name of shippedNames(shippedFolder())) {
      for (const chapter of chaptersOf(loadPolicy(name))) {
        for (const id of chapter.controls) expect(Object.keys(controls)).toContain(id)
      }
    }
    expect(text).toContain('Controls: ')
    expect(noticeOf(loadPolicy('strict')).markdown).toContain('Controls: `')
  })

  test('says that nothing is recorded where nothing is', () => {
    const text = explainPolicy(compiled(written({ open: '  open: { mode: off }', insight: '' })))
    expect(text).toContain('Nothing is recorded when you open a mail.')
    expect(text).toContain('Nobody else: no processor gets any of it.')
  })
})

describe('a notice', () => {
  const policy = loadPolicy('strict')
  const notice = noticeOf(policy)

  test.each(['markdown', 'html'] as const)('as %s carries version, effective day, digest and open slots', (form) => {
    expect(notice[form]).toContain(policy.digest)
    expect(notice[form]).toContain(policy.digest.slice(0, 8))
    expect(notice[form]).toContain('the day from which this counts')
    for (const path of policy.unfilled) expect(notice[form]).toContain(path)
  })

  test('has a sentence for each clause', () => {
    const paths = new Set(
      chaptersOf(policy).flatMap(({ sentences }) => sentences.map(({ path }) => path.split('.')[0])),
    )
    for (const key of Object.keys(JSON.parse(policy.source))) expect([...paths]).toContain(key)
  })

  test('loads nothing from anywhere and runs nothing', () => {
    expect(notice.html).not.toMatch(/<script|<img|<link|<iframe|src=|href=|url\(|@import|https?:/i)
    expect(notice.html).toContain(`<style>${notice.style}</style>`)
  })

  test('shows text of the policy as text', () => {
    const name = '"<img src=x> [link](https://evil.example) & `code` *bold*"'
    const odd = noticeOf(compiled(written({ controller: lines.controller!.replace('name: Example', `name: ${name}`) })))
    expect(odd.html).not.toContain('<img')
    expect(odd.html).toContain('&lt;img src=x&gt;')
    expect(odd.markdown).not.toMatch(/(?<!\\)<img|(?<!\\)\[link/)
  })

  test('claims no seal and nothing absolute', () => {
    for (const name of shippedNames(shippedFolder())) {
      expect(noticeOf(loadPolicy(name)).markdown).not.toMatch(
        /compliant|tamper-proof|100 ?%|encrypted at rest|fully|(?<!without a )guarantee|\banonymous (?:data|identifier)/i,
      )
    }
    expect(notice.markdown).toContain('your mailbox')
  })

  test('is the same whenever it is made', () => {
    expect(noticeOf(loadPolicy('strict'))).toEqual(notice)
  })
})
