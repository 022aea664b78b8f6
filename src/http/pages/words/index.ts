import type { Language } from '../../../base/index.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { heldDe } from './held-de.ts'
import { heldEn } from './held-en.ts'
import { heldEs } from './held-es.ts'
import { heldFr } from './held-fr.ts'

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }

/** One language's sentences: a key that a table lacks does not compile. */
export type Words = Texts<typeof en>

/** One language's names of what is held and of what a receipt says, by the words that the stores use. */
export type HeldWords = Texts<typeof heldEn>

export const words: Readonly<Record<Language, Words>> = Object.freeze({ en, de, fr, es })
export const heldWords: Readonly<Record<Language, HeldWords>> = Object.freeze({
  ...{ en: heldEn, de: heldDe, fr: heldFr, es: heldEs },
})

/** Each language by its own name, as its reader looks for it. */
export const autonyms: Readonly<Record<Language, string>> = Object.freeze({
  ...{ en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' },
})

/** Puts the values into their places. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
