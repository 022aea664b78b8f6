import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { convertMjml, type LoadMjml } from '../../src/sending/template/mjml.ts'
import { readSource } from '../../src/sending/template/read.ts'

// The library is large and not part of the installation. LETHE_TEST_MJML names a folder in which `npm install mjml` was run.
const folder = process.env.LETHE_TEST_MJML ?? import.meta.dirname
function found(): string | null {
  try {
    return createRequire(join(folder, 'x.js')).resolve('mjml')
  } catch {
    return null
  }
}
const path = found()
if (!path && process.env.LETHE_TEST_MJML) throw new Error('LETHE_TEST_MJML names a folder without mjml')
if (!path) console.log('mjml: not installed; the path for it is tried without its own library')
const real: LoadMjml = () => import(pathToFileURL(path ?? '').href)

const letter = (text: string): string => `<mjml>
  <mj-body>
    <mj-section><mj-column>
      <mj-text>${text}</mj-text>
      <mj-button href="https://a.example/{{course}}?a=1&amp;b=2">Go</mj-button>
      <mj-text><a href="{{unsubscribe_url}}">stop</a></mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>`

describe.skipIf(!path)('MJML by its own library', () => {
  it('becomes HTML that a template is read from, fields, conditions and lists where they stood', async () => {
    const html = await convertMjml(letter('Hi {{name}}{{#if vip}}, <b>{{gift}}</b>{{else}}!{{/if}}'), real)
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html).toContain('Hi {{name}}{{#if vip}}, <b>{{gift}}</b>{{else}}!{{/if}}')
    expect(html).toContain('href="https://a.example/{{course}}?a=1&amp;b=2"')
    const template = readSource({ subject: 'S', html, text: null }, new Map())
    expect(template.fields).toEqual(['name', 'vip', 'gift', 'course', 'unsubscribe_url'])
  })

  it('may have whole sections in a condition, by mj-raw', async () => {
    const section = '<mj-section><mj-column><mj-text>Only you</mj-text></mj-column></mj-section>'
    const source = `<mjml><mj-body><mj-raw>{{#if vip}}</mj-raw>${section}<mj-raw>{{/if}}</mj-raw></mj-body></mjml>`
    const html = await convertMjml(source, real)
    expect(() => readSource({ subject: 'S', html, text: null }, new Map())).not.toThrow()
    expect(html).toMatch(/\{\{#if vip\}\}[\s\S]*Only you[\s\S]*\{\{\/if\}\}/)
  })

  it('has no reader fetch anything from a third party', async () => {
    const html = await convertMjml(letter('Hi <span style="font-family: Ubuntu, Roboto">you</span>'), real)
    const hosts = [...html.matchAll(/(?:href|src|url\()\s*=?\s*["'(]?(https?:\/\/[^/"')]+)/g)].map(([, host]) => host)
    expect(hosts).toEqual(['https://a.example'])
    expect(html).not.toContain('@import')
  })

  it('is refused with its line where it is wrong, and quotes neither the source nor a folder', async () => {
    const wrong = await convertMjml(letter('x').replace('<mj-text>x', '<mj-bogus>x</mj-bogus><mj-text>x'), real).catch(
      (fault: unknown) => fault,
    )
    expect(wrong).toMatchObject({ code: 'mjml_invalid', message: 'MJML refuses this source in line 4.' })
    for (const source of ['plain words', '<p>html</p>', '']) {
      await expect(convertMjml(source, real)).rejects.toMatchObject({ code: 'mjml_invalid' })
    }
  })

  it('reads no file', async () => {
    for (const path of ['/etc/passwd', './package.json']) {
      const source = `<mjml><mj-body><MJ-INCLUDE path="${path}" /></mj-body></mjml>`
      await expect(convertMjml(source, real)).rejects.toMatchObject({ code: 'mjml_invalid' })
    }
    // The library's own refusal, should a spelling get past ours.
    const { default: convert } = (await real()) as { default: (source: string, options: object) => unknown }
    const answer = await convert('<mjml><mj-body><mj-include path="./package.json" /></mj-body></mjml>', {
      ignoreIncludes: true,
    })
    expect(JSON.stringify(answer)).not.toContain('"private"')
  })
})
