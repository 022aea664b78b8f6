import type { Standing } from '../../../gate/index.ts'
import type { Policy, Purpose } from '../../../policy/policy.ts'
import type { Reader } from '../reader.ts'

/**
 * What somebody can say no to: what rests on interests that are weighed against theirs (GDPR Art. 21), and whatever asks
 * them at all. Mail that they asked for is neither.
 */
export const objectable = ({ purposes }: Policy): readonly Purpose[] =>
  [...purposes.values()].filter(
    ({ basis, consent }) => consent !== 'none' || basis === 'legitimate_interests' || basis === 'public_task',
  )

export type Said = 'objected' | 'granted' | 'withdrawn' | 'unasked'

export interface Choice {
  readonly purpose: Purpose
  readonly said: Said
  readonly mayObject: boolean
  readonly mayGrant: boolean
  readonly mayWithdraw: boolean
}

/** What this person said to each purpose, and what they may say now. */
export const choicesOf = (policy: Policy, standing: Standing): readonly Choice[] =>
  objectable(policy).map((purpose) => {
    const objected = standing.suppressed || standing.objected.has(purpose.name)
    const said = objected ? 'objected' : (standing.consents.get(purpose.name) ?? 'unasked')
    return {
      purpose,
      said,
      // Before an opt-in nothing happens that one could object to, and after it the consent is what is taken back.
      mayObject: said !== 'objected' && purpose.consent !== 'opt-in',
      mayGrant: (said === 'unasked' || said === 'withdrawn') && purpose.consent !== 'none',
      mayWithdraw: said === 'granted',
    }
  })

const ownWords = (names: Readonly<Record<string, string>>, name: string): string => names[name] ?? name

/** The four that every shipped policy means the same by, in the reader's language; another has its own name and no other. */
export const purposeName = ({ words, held }: Reader, name: string): string =>
  ownWords(held.values, `purpose.${name}`) === `purpose.${name}`
    ? ownWords(words.purposes.names, name)
    : ownWords(held.values, `purpose.${name}`)
