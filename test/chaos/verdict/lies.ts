import type { Book } from '../book.ts'
import type { Stored, Window } from './verdict.ts'

/** A suite that cannot fail proves nothing: each of these is a defect that it must see. */
export const lies = ['drop', 'double', 'foreign', 'mail', 'twice', 'count'] as const
export type Lie = (typeof lies)[number]

type Case = readonly [book: Book, windows: readonly Window[], stored: Stored]

/** The same case with one thing wrong in it: a row dropped or doubled, one that nobody made, a mail lost or sent twice, a loss counted that was none. */
export function tell(lie: Lie | null, book: Book, windows: readonly Window[], stored: Stored): Case {
  const [key = ''] = stored.rows.keys()
  switch (lie) {
    case null:
      return [book, windows, stored]
    case 'drop':
      return [book, windows, { ...stored, rows: new Map([...stored.rows].slice(1)) }]
    case 'double':
      return [book, windows, { ...stored, rows: new Map([...stored.rows, [key, 2]]) }]
    case 'foreign':
      return [book, windows, { ...stored, rows: new Map([...stored.rows, ['nobody open 0', 1]]) }]
    case 'mail':
    case 'twice': {
      const [address = '', mail] = [...book.mails].find(([, { deliveries }]) => deliveries.length === 1) ?? []
      if (!mail) return [book, windows, stored]
      const deliveries = lie === 'mail' ? [] : [...mail.deliveries, ...mail.deliveries]
      return [{ ...book, mails: new Map([...book.mails, [address, { ...mail, deliveries }]]) }, windows, stored]
    }
    case 'count':
      return [book, windows.map((each, index) => (index === 0 ? { ...each, lost: each.lost + 1 } : each)), stored]
  }
}
