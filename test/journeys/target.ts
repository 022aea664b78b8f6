import { expect } from 'vitest'
import { corpusText, haveCorpora } from '../corpora.ts'
import { environment, startLethe, until } from './lethe.ts'
import { htmlOf, openSink } from './sink.ts'

export const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0' }
export const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count it' }

/** A running Lethe that is about to be attacked, and the mail server that takes what it sends. */
export async function openTarget(options: Parameters<typeof openSink>[0] = {}) {
  const sink = await openSink(options)
  const lethe = await startLethe(await environment({ LETHE_SMTP: sink.url }))
  let count = 0

  /** Sends one mail for real and returns it as it arrived. */
  async function delivered(message: Readonly<Record<string, unknown>>) {
    const email = `a${++count}@x.example`
    const body = { subject: 's', purpose: 'deliver', consent, ...message, to: { email, ...(message.to ?? {}) } }
    const { status, text } = await lethe.call('POST', '/v1/messages', body)
    expect(status, text).toBe(202)
    const raw = (await until(() => sink.mails.find(({ to }) => to === email)))?.raw ?? ''
    const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
    return { raw, head, html: htmlOf(raw) }
  }

  /** It must be well after all that: it drains, exits 0, and its log names nobody and no defect. */
  async function close(): Promise<void> {
    const code = await lethe.stop()
    await sink.close()
    expect(code).toBe(0)
    expect(lethe.log()).not.toMatch(/@|\.example|defect/)
  }
  return { lethe, sink, delivered, close }
}

export type Target = Awaited<ReturnType<typeof openTarget>>

/** The lines of other people's collections of payloads; none where there is no collection. */
export const payloadsOf = (...paths: readonly string[]): readonly string[] =>
  haveCorpora ? paths.flatMap((path) => corpusText(`hostile/${path}`).split(/\r?\n/)).filter((line) => line.trim()) : []
