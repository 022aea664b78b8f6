import { describe, expect, it } from 'vitest'
import { languages, preferredLanguage } from '../../src/base/index.ts'
import { heldWords, words } from '../../src/http/pages/words/index.ts'
import { catalogue, tables } from '../../src/ledger/catalogue/index.ts'
import { mailWords } from '../../src/sending/rights-mail/words.ts'

type Tree = { readonly [key: string]: string | Tree }

/** Every text of a table, by its path. */
const textsOf = (tree: unknown, path = ''): readonly (readonly [string, string])[] =>
  typeof tree === 'string'
    ? [[path, tree]]
    : Object.entries(tree as Tree).flatMap(([key, each]) => textsOf(each, path ? `${path}/${key}` : key))

const placesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
const whole = { words, heldWords, mailWords }
// Words that two languages really share.
const shared = /^(status|Region|Browser|System|Link|Campaign|region|Subject|E-Mail|E-mail|no|Question|Cookie|\d+)$/i

describe.each(languages.filter((each) => each !== 'en'))('what people read in %s', (language) => {
  it.each(Object.entries(whole))(
    '%s has every key of the English, each with the same places and words of its own',
    (_name, tablesOf) => {
      const english = new Map(textsOf(tablesOf.en))
      const own = new Map(textsOf(tablesOf[language]))
      expect([...own.keys()].sort()).toEqual([...english.keys()].sort())
      for (const [path, text] of own) {
        const original = english.get(path)!
        expect([path, placesIn(text)]).toEqual([path, placesIn(original)])
        expect(text.trim(), path).not.toBe('')
        if (!shared.test(text)) expect([path, text], 'is not translated').not.toEqual([path, original])
      }
    },
  )
})

it('every column that a person is shown has a name in every language', () => {
  const held = tables(catalogue).filter(([, { reach }]) => reach.by === 'handle' || reach.by === 'message')
  const missing = held.flatMap(([table, { columns, expiry }]) => [
    ...(table in heldWords.en.tables ? [] : [table]),
    ...Object.entries(columns)
      .filter(([name, { whose }]) => whose === 'recipient' || name === expiry?.column)
      .filter(([name]) => !(name in heldWords.en.columns))
      .map(([name]) => `${table}.${name}`),
  ])
  expect(missing).toEqual([])
})

it.each([
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.5', 'de'],
  ['it, fr;q=0.4, es;q=0.6', 'es'],
  ['en;q=0, fr', 'fr'],
  ['ES-mx', 'es'],
  ['*', 'en'],
  ['', 'en'],
  ['zz;;;q=9,,,', 'en'],
  [`${'de;q=0.1,'.repeat(5000)}fr`, 'de'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language)
})
