/**
 * How a decision came to the sender: a closed list, because free text in its place soon names people, tickets and lists.
 * `double-opt-in`, `link-in-mail` and `recipient-page` are also what Lethe itself writes.
 */
export const consentSources = [
  ...(['form', 'paper', 'phone', 'in-person', 'email', 'relationship', 'import', 'api'] as const),
  ...(['double-opt-in', 'link-in-mail', 'recipient-page', 'other'] as const),
] as const

export type ConsentSource = (typeof consentSources)[number]

/** What callers write for the same thing. */
const synonyms: Readonly<Record<string, ConsentSource>> = {
  ...{ website: 'form', web: 'form', 'web-form': 'form', signup: 'form', 'sign-up': 'form', 'sign-up-form': 'form' },
  ...{ 'paper-form': 'paper', letter: 'paper', post: 'paper', telephone: 'phone', call: 'phone', event: 'in-person' },
  ...{ 'e-mail': 'email', mail: 'email', order: 'relationship', purchase: 'relationship', customer: 'relationship' },
  ...{ csv: 'import', migration: 'import', list: 'import', app: 'api', doi: 'double-opt-in', coi: 'double-opt-in' },
}

const known: ReadonlySet<string> = new Set(consentSources)
const isSource = (word: string): word is ConsentSource => known.has(word)

/** The word of the list that `text` means; whatever it does not know is `other`, and the text itself is kept nowhere. */
export function sourceOf(text: string): ConsentSource {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
  if (isSource(word)) return word
  return Object.hasOwn(synonyms, word) ? synonyms[word]! : 'other'
}
