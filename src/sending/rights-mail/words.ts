import type { Language } from '../../base/index.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'

/** One mail of the house in one language; `{controller}` is whoever answers for it. */
export interface LetterWords {
  readonly subject: string
  /** Paragraphs before the link. */
  readonly before: readonly string[]
  readonly link: string
  /** Paragraphs after it. */
  readonly after: readonly string[]
}

export interface MailWords {
  /** To a known address: the link to everything that is held. */
  readonly open: LetterWords
  /** To a new one: it counts once the link was followed. */
  readonly confirm: LetterWords
}

export const mailWords: Readonly<Record<Language, MailWords>> = Object.freeze({ en, de, fr, es })
