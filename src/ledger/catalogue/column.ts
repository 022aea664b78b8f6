import type { MessageGroup } from '../../policy/policy.ts'

/** What kind of data a column holds; the policy language's words are mapped onto these. */
export type Category =
  | 'contact'
  | 'name'
  | 'content'
  | 'delivery'
  | 'behaviour'
  | 'consent'
  | 'pseudonym'
  | 'key'
  | 'aggregate'
  | 'operation'

/** When a value goes: with its row, with the message's outcome, with its group, when nothing refers to it, or never. */
export type Ending = 'row' | 'outcome' | 'group' | 'unreferenced' | 'never'

/** What an erasure does: the row goes, it stays because it is nobody's, or it stays as the receipt says. */
export type Erasure = 'removed' | 'nobody' | 'stays'

/**
 * What a text in clear may be: a word of ours of some shape, a purpose of a policy on record, words of the operator's own,
 * which name nobody, or a text that the operator publishes or sends, whatever it says.
 */
export type Says =
  | 'word'
  | 'code'
  | 'id'
  | 'digest'
  | 'words'
  | 'secret'
  | 'purpose'
  | 'once a purpose'
  | 'name'
  | 'country'
  | 'region'
  | 'language'
  | 'trait'
  | 'own words'
  | 'published'

export interface Column {
  readonly category: Category
  readonly whose: 'recipient' | 'operator' | 'nobody'
  readonly purpose: string
  readonly ends: Ending
  readonly erasure: Erasure
  /** Which key seals it; absent for values in clear. */
  readonly sealedBy?: 'subject' | 'content' | 'epoch' | 'operator'
  readonly group?: MessageGroup
  /** Of texts; an audit looks whether it is so. */
  readonly says?: Says
}

/** How the rows of one person are found: an export and an erasure walk along this. */
export type Reach =
  | { readonly by: 'handle'; readonly column: string }
  | { readonly by: 'message'; readonly column: string }
  | { readonly by: 'suppression' }
  | { readonly by: 'nobody' }

export interface Table<Name extends string = string> {
  readonly store: 'data' | 'keys'
  readonly reach: Reach
  /** The column that seals are bound to, beside table and column. */
  readonly id: Name
  /** The column after whose day (or instant) the row may no longer exist. */
  readonly expiry: { readonly column: Name; readonly unit: 'day' | 'milli' } | null
  readonly columns: Readonly<Record<Name, Column>>
}

/** A number, a state or an id that makes the machine work and says nothing about anyone by itself. */
export const works = (purpose: string): Column => ({
  category: 'operation',
  whose: 'nobody',
  purpose,
  ends: 'row',
  erasure: 'removed',
})

/** A value of the recipient that lives and dies with its row. */
export const personal = (category: Category, purpose: string): Column => ({
  category,
  whose: 'recipient',
  purpose,
  ends: 'row',
  erasure: 'removed',
})

/** A value of the operator's own: a policy, a campaign's label. */
export const own = (category: Category, purpose: string, ends: Ending = 'row'): Column => ({
  category,
  whose: 'operator',
  purpose,
  ends,
  erasure: 'nobody',
})

/** A column whose text is of a kind. */
export const saying = <S extends Says>(says: S, column: Column): Column & { readonly says: S } => ({ ...column, says })
