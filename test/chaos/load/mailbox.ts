import { clicksIn, htmlOf, pixelsIn, type Mail as Raw } from '../../journeys/sink.ts'
import type { Book, Hit } from '../book.ts'
import { targetOf } from './sender.ts'

/** Reads what arrived, and finds in each mail the hits that its reader can make. A mail's second copy has the same ones. */
export function newMailbox(book: Book, fresh: Hit[], mails: readonly Raw[]) {
  let read = 0
  const known = new Set<string>()

  function open({ to, raw }: Raw): void {
    const id = book.mails.get(to)?.id
    if (!id || known.has(to)) return
    known.add(to)
    const page = htmlOf(raw)
    const hit = (kind: Hit['kind'], url: string, link: number): Hit => ({
      ...{ message: id, kind, link, path: new URL(url).pathname, target: kind === 'click' ? targetOf(link) : null },
      ...{ fate: 'fresh', window: book.window, life: 0, at: 0, took: 0 },
    })
    for (const url of pixelsIn(page)) fresh.push(hit('open', url, 0))
    for (const [index, url] of clicksIn(page).entries()) fresh.push(hit('click', url, index + 1))
  }

  const later: Raw[] = []
  return {
    look(): void {
      // One whose acceptance is not answered yet has no name so far.
      for (const raw of [...later.splice(0), ...mails.slice(read)]) {
        if (book.mails.get(raw.to)?.id) open(raw)
        else later.push(raw)
      }
      read = mails.length
    },
  }
}
