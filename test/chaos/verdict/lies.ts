import { type Book, identity, type Mail } from '../book.ts'
import { judge, type Stored, type Window } from './verdict.ts'

/** A suite that cannot fail proves nothing: each of these is a defect that it must see. */
export const lies = ['drop', 'double', 'foreign', 'mail', 'twice', 'count'] as const
export type Lie = (typeof lies)[number]

type Case = readonly [book: Book, windows: readonly Window[], stored: Stored]

/** The same case with one thing wrong in it: a row dropped or doubled, one that nobody made, a mail lost or sent twice, a loss counted that was none. */
export function tell(lie: Lie | null, book: Book, windows: readonly Window[], stored: Stored): Case {
  // Of the quiet before the first fault, where nothing excuses anything.
  const hit = book.hits.find((each) => {
    return each.fate === 'answered' && each.window === 0 && stored.rows.get(identity(each)) === 1
  })
  const key = hit ? identity(hit) : ''
  const rows = new Map(stored.rows)
  switch (lie) {
    case null:
      break
    case 'drop':
      rows.delete(key)
      break
    case 'double':
      rows.set(key, 2)
      break
    case 'foreign':
      rows.set('nobody open 0', 1)
      break
    case 'mail':
    case 'twice': {
      const [address = '', mail] = [...book.mails].find(([, each]) => plain(each, stored)) ?? []
      if (!mail) break
      const deliveries = lie === 'mail' ? [] : [...mail.deliveries, ...mail.deliveries]
      return [{ ...book, mails: new Map([...book.mails, [address, { ...mail, deliveries }]]) }, windows, stored]
    }
    case 'count':
      return [book, windows.map((each, index) => (index === 0 ? { ...each, lost: each.lost + 1 } : each)), stored]
  }
  return [book, windows, { ...stored, rows }]
}

const plain = ({ id, deliveries }: Mail, { messages }: Stored): boolean =>
  deliveries.length === 1 && id !== null && messages.get(id)?.uncertain === false

/** The lies that the comparison would not see in this very case. */
export function unseen(book: Book, windows: readonly Window[], stored: Stored): readonly Lie[] {
  const said = (lie: Lie | null): string =>
    judge(...tell(lie, book, windows, stored))
      .flatMap(({ breaks }) => breaks)
      .join('\n')
  const honest = said(null)
  return lies.filter((lie) => said(lie) === honest)
}
