import { type Chapter, chaptersOf } from './explain.ts'
import { literal } from './markdown.ts'
import type { Policy } from './policy.ts'

/** The published notice in the forms that pages and files need. Nothing in it loads anything from anywhere. */
export interface Notice {
  readonly title: string
  readonly markdown: string
  /** The notice from its `<h1>` on, for a page that has a frame of its own. */
  readonly article: string
  /** The style of `html`, for the page's Content-Security-Policy to name by its hash. */
  readonly style: string
  readonly html: string
}

const style = [
  'body{margin:0 auto;max-width:42rem;padding:1.5rem;font:1rem/1.6 system-ui,sans-serif;color:#1b1b1b;background:#fff}',
  'h1{line-height:1.2}h2{margin-top:2rem;line-height:1.3}li{margin:.35rem 0}code{overflow-wrap:anywhere}',
  '.slot{background:#fff3bf;outline:1px solid #e0b400}.ours{color:#5a5a5a}',
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}.slot{background:#5c4700}.ours{color:#aaa}}',
].join('')

/** Version, effective day, digest, and every clause in plain sentences; slots that nobody filled stay visible. */
export function noticeOf(policy: Policy): Notice {
  const chapters = chaptersOf(policy)
  const title = `Privacy notice of ${policy.controller.name}`
  const article = articleOf(title, policy, chapters)
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title>`
  const html = `<!doctype html>\n<html lang="en"><head>${head}<style>${style}</style></head><body><main>\n${article}\n</main></body></html>\n`
  return { title, markdown: markdownOf(title, policy, chapters), article, style, html }
}

const version = ({ number }: Policy): string => number.toString(16).padStart(8, '0')

const choice = 'our choice'
const marks = 'Where a sentence is marked "our choice", the text that this policy follows does not say.'
const limit =
  'Mail that was delivered also lies in your mailbox and with the servers that carried it; this notice cannot speak for them.'

function markdownOf(title: string, policy: Policy, chapters: readonly Chapter[]): string {
  const open = policy.unfilled.map((path) => `\`${path}\``).join(', ')
  const parts = [
    `# ${literal(title)}`,
    `Version \`${version(policy)}\`, effective ${literal(policy.effective)}, digest \`${policy.digest}\`.`,
    ...(open ? [`**Not filled in yet:** ${open}.`] : []),
    ...chapters.map(({ heading, sentences, controls }) => {
      const held = controls.map((id) => `\`${id}\``).join(', ')
      const lines = sentences.map(({ text, ours, detail }) => {
        return `${detail ? '  ' : ''}- ${literal(text)}${ours ? ` *(${choice})*` : ''}`
      })
      return `## ${heading}\n\n${[...lines, ...(held ? ['', `Controls: ${held}.`] : [])].join('\n')}`
    }),
    ...(hasChoice(chapters) ? [marks] : []),
    limit,
  ]
  return `${parts.join('\n\n')}\n`
}

function articleOf(title: string, policy: Policy, chapters: readonly Chapter[]): string {
  const shown = (text: string) => escaped(text).replace(/\[[^\]]{1,80}\]/g, '<mark class="slot">$&</mark>')
  const open = policy.unfilled.map((path) => `<code class="slot">${escaped(path)}</code>`).join(', ')
  const parts = [
    `<h1>${shown(title)}</h1>`,
    `<p>Version <code>${version(policy)}</code>, effective ${shown(policy.effective)}, digest <code>${policy.digest}</code>.</p>`,
    ...(open ? [`<p><strong>Not filled in yet:</strong> ${open}.</p>`] : []),
    ...chapters.map(({ heading, sentences, controls }) => {
      const ids = controls.map((id) => `<code>${escaped(id)}</code>`).join(', ')
      const held = ids ? `<p class="ours">Controls: ${ids}.</p>` : ''
      const items = sentences.map(({ text, ours, detail }, index) => {
        const said = `${shown(text)}${ours ? ` <span class="ours">(${choice})</span>` : ''}`
        return detail ? `<br>${said}` : `${index ? '</li>' : ''}<li>${said}`
      })
      return `<section><h2>${escaped(heading)}</h2><ul>${items.join('')}</li></ul>${held}</section>`
    }),
    ...(hasChoice(chapters) ? [`<p>${escaped(marks)}</p>`] : []),
    `<p>${escaped(limit)}</p>`,
  ]
  return parts.join('\n')
}

const hasChoice = (chapters: readonly Chapter[]): boolean =>
  chapters.some(({ sentences }) => sentences.some(({ ours }) => ours))

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!)
