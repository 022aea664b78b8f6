/** The languages of what people read: pages, and mail that the house writes by itself. */
export const languages = ['en', 'de', 'fr', 'es'] as const
export type Language = (typeof languages)[number]

const byTag: ReadonlyMap<string, Language> = new Map(languages.map((each) => [each, each]))

/** The language that `tag` (`de`, `de-AT`) is one of, or null. */
export const languageOf = (tag: string): Language | null => byTag.get(tag.trim().toLowerCase().split('-')[0]!) ?? null

/** The reader's choice of an Accept-Language header (RFC 9110 section 12.5.4); English where it names none of ours. */
export function preferredLanguage(header: string): Language {
  const wishes = header
    .slice(0, 1000)
    .split(',')
    .flatMap((part): readonly (readonly [Language, number])[] => {
      const [tag = '', ...parameters] = part.split(';')
      const language = tag.trim() === '*' ? languages[0] : languageOf(tag)
      const weight = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(each)?.[1]).find(Boolean)
      return language === null || Number(weight ?? 1) === 0 ? [] : [[language, Number(weight ?? 1)]]
    })
  // The sort is stable: of two that weigh the same, the first named wins.
  return wishes.sort((a, b) => b[1] - a[1])[0]?.[0] ?? languages[0]
}
