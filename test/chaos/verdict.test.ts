import { describe, expect, it } from 'vitest'
import { type Book, type Hit, identity, newBook } from './book.ts'
import { type Lie, tell, unseen } from './verdict/lies.ts'
import { judge, type Stored, type Window } from './verdict/verdict.ts'

const struckAt = 10_000

const quiet: Window = {
  ...{ name: 'nothing', kind: 'before', queue: 'up', forgets: 0, struckAt },
  ...{ ended: new Set<number>(), killed: new Set<number>() },
  ...{ late: 0, lost: 0, refused: 0, gaveUp: 0, calmAfter: 0, troubles: [] },
}

function hit(book: Book, link: number, more: Partial<Hit> = {}): Hit {
  const made: Hit = {
    ...{ message: 'm', kind: 'click', link, path: '/c/x', target: 'https://target.example/' },
    ...{ fate: 'answered', window: 0, life: 1, at: struckAt, took: 5, ...more },
  }
  book.hits.push(made)
  return made
}

/** Three answered hits of a mail that arrived once, all of it stored. */
function sound(): { readonly book: Book; readonly stored: Stored } {
  const book = newBook()
  const rows = new Map([1, 2, 3].map((link) => [identity(hit(book, link)), 1]))
  book.mails.set('a@chaos.example', {
    ...{ address: 'a@chaos.example', id: 'm', acceptedIn: 0, deliveries: [{ window: 0, at: 1 }] },
  })
  return { book, stored: { rows, messages: new Map([['m', { status: 'sent', uncertain: false }]]) } }
}

const without = (stored: Stored, ...hits: readonly Hit[]): Stored => {
  const gone = new Set(hits.map(identity))
  return { ...stored, rows: new Map([...stored.rows].filter(([key]) => !gone.has(key))) }
}

const breaks = (book: Book, window: Window, stored: Stored): readonly string[] =>
  judge(book, [window], stored).flatMap((line) => line.breaks)

describe('the verdict', () => {
  it('finds nothing where nothing is wrong', () => {
    const { book, stored } = sound()
    expect(judge(book, [quiet], stored)).toMatchObject([{ answered: 3, recorded: 3, twice: 0, mails: 1, breaks: [] }])
  })

  it.each<[Lie, string]>([
    ['drop', '1 answered hits are neither recorded nor counted'],
    ['double', '1 recorded twice'],
    ['foreign', '1 rows of hits that nobody made'],
    ['mail', '1 mails lost'],
    ['twice', '1 mails sent twice outside the counted window'],
    ['count', '1 counted as lost are recorded'],
  ])('sees the lie %s', (lie, sentence) => {
    const { book, stored } = sound()
    expect(judge(...tell(lie, book, [quiet], stored)).flatMap((line) => line.breaks)).toContain(sentence)
  })

  it('would see each lie in a sound case, and none where it has nothing to look at', () => {
    const { book, stored } = sound()
    expect(unseen(book, [quiet], stored)).toEqual([])
    expect(unseen(newBook(), [quiet], { rows: new Map(), messages: new Map() })).toContain('drop')
  })

  it('lets a drain give up what the engine had all the same, as much as was on its way and no more', () => {
    const { book, stored } = sound()
    const onItsWay = hit(book, 4, { life: 7, took: 203 })
    const answered = hit(book, 5, { life: 7, took: 9 })
    const rows = new Map([...stored.rows, [identity(onItsWay), 1], [identity(answered), 1]])
    const window: Window = { ...quiet, queue: 'away', ended: new Set([7]), lost: 1, gaveUp: 1 }
    expect(breaks(book, window, { ...stored, rows })).toEqual([])
    const cannot = '1 counted as lost are recorded'
    expect(breaks(book, { ...window, lost: 2, gaveUp: 2 }, { ...stored, rows })).toEqual([cannot])
    expect(breaks(book, { ...window, gaveUp: 0 }, { ...stored, rows })).toEqual([cannot])
    expect(breaks(book, { ...window, ended: new Set() }, { ...stored, rows })).toEqual([cannot])
  })

  it('takes a loss that was counted during an outage, and no other', () => {
    const { book, stored } = sound()
    const less = without(stored, book.hits[0]!)
    expect(breaks(book, { ...quiet, queue: 'away', lost: 1 }, less)).toEqual([])
    expect(breaks(book, { ...quiet, lost: 1 }, less)).toEqual(['1 lost while the queue was up'])
    expect(breaks(book, { ...quiet, queue: 'away' }, less)).toEqual([
      '1 answered hits are neither recorded nor counted',
    ])
  })

  it('lets an engine forget its last second and not the one before', () => {
    const { book, stored } = sound()
    const young = hit(book, 4, { at: struckAt - 900 })
    const old = hit(book, 5, { at: struckAt - 1500 })
    const window: Window = { ...quiet, queue: 'away', forgets: 1000 }
    const both = new Map([...stored.rows, [identity(young), 1], [identity(old), 1]])
    const all = { ...stored, rows: both }
    expect(judge(book, [window], without(all, young))).toMatchObject([
      { forgotten: 1, forgottenMillis: 900, breaks: [] },
    ])
    expect(breaks(book, window, without(all, old))).toHaveLength(1)
  })

  it('excuses what was late in a killed process during an outage, never what was answered at once', () => {
    const { book, stored } = sound()
    const late = hit(book, 4, { life: 7, took: 255 })
    const swift = hit(book, 5, { life: 7, took: 9 })
    const rows = new Map([...stored.rows, [identity(late), 1], [identity(swift), 1]])
    const window: Window = { ...quiet, queue: 'away', killed: new Set([7]) }
    expect(breaks(book, window, without({ ...stored, rows }, late))).toEqual([])
    expect(breaks(book, window, without({ ...stored, rows }, swift))).toHaveLength(1)
    expect(breaks(book, { ...window, queue: 'up' }, without({ ...stored, rows }, late))).toHaveLength(1)
  })

  it('asks nothing of a hit whose connection broke but that it be recorded once at most', () => {
    const { book, stored } = sound()
    const broken = hit(book, 4, { fate: 'unanswered', life: 7 })
    const window: Window = { ...quiet, ended: new Set([7]) }
    expect(breaks(book, window, stored)).toEqual([])
    expect(breaks(book, quiet, stored)).toEqual(['1 readers of a running tracker lost their connection'])
    expect(breaks(book, window, { ...stored, rows: new Map([...stored.rows, [identity(broken), 2]]) })).toEqual([
      '1 recorded twice',
    ])
  })

  it('takes a second copy of a mail whose fate was unknown and counted', () => {
    const { book, stored } = sound()
    book.mails.get('a@chaos.example')?.deliveries.push({ window: 0, at: 2 })
    const counted = { ...stored, messages: new Map([['m', { status: 'sent', uncertain: true }]]) }
    expect(breaks(book, quiet, counted)).toEqual([])
    expect(breaks(book, quiet, stored)).toEqual(['1 mails sent twice outside the counted window'])
  })

  it('sees a mail that was handed in once and stored twice, and one that stays without an outcome', () => {
    const { book, stored } = sound()
    const queued = new Map([['m', { status: 'queued', uncertain: false }]])
    expect(breaks(book, quiet, { ...stored, messages: queued })).toEqual(['1 mails without the outcome sent'])
    const two = new Map([...stored.messages, ['n', { status: 'sent', uncertain: false }]])
    expect(breaks(book, quiet, { ...stored, messages: two })).toEqual([
      '1 messages that were handed in once are stored twice',
    ])
  })
})
