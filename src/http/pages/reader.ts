import type { Context } from 'hono'
import { type Language, languageOf, preferredLanguage } from '../../base/index.ts'
import { type HeldWords, heldWords, type Words, words } from './words/index.ts'

/** Whoever reads a page: their language, and where the page lies. */
export interface Reader {
  readonly language: Language
  readonly words: Words
  readonly held: HeldWords
  /** `?lang=de` where the reader chose it, to be handed on: no cookie remembers it. */
  readonly query: string
  /** From the page to where the public side begins, which a proxy may have put below a path of its own. */
  readonly up: string
}

export function reader(language: Language, path = '/', chosen = false): Reader {
  const up = '../'.repeat(Math.max(0, path.split('/').length - 2))
  return { language, words: words[language], held: heldWords[language], query: chosen ? `?lang=${language}` : '', up }
}

/** By `?lang=`, or else by Accept-Language. */
export function readerOf(c: Context): Reader {
  const chosen = languageOf(c.req.query('lang') ?? '')
  const language = chosen ?? preferredLanguage(c.req.header('accept-language') ?? '')
  return reader(language, new URL(c.req.url).pathname, chosen !== null)
}

/** An instant in the reader's words. Universal time, and it says so: no page asks where its reader is. */
export const moment = ({ language }: Pick<Reader, 'language'>, at: number | string): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(at))} UTC`

export const day = ({ language }: Pick<Reader, 'language'>, at: number | string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at))
