import { bytesOf, type Id } from '../../base/index.ts'
import type { CampaignCounts } from '../ledger.ts'
import { messages } from './schema.ts'
import { breathe, type Store } from './store.ts'

const statuses = messages.status.enumValues
const slice = 20_000
const keptMillis = 1_000

interface Slice {
  readonly last: number | null
  readonly n: number
}

type Hits = ReadonlyMap<string, number>

/** How far a count has come: a status by its place in the list, and the last row of it. */
interface Place {
  readonly status: number
  readonly after: number
}

/**
 * How many messages of a campaign are in which state. A million rows are counted in slices between which hits and sends get
 * through, and at most once a second; a small campaign in one go, as it is in one moment.
 */
export function campaignCounts(store: Store) {
  const { db, policies } = store
  const part = db.prepare<[Buffer, string, number, number], Slice>(
    `SELECT max(id) AS last, count(*) AS n FROM
       (SELECT rowid AS id FROM messages WHERE campaign = ? AND status = ? AND rowid > ? ORDER BY rowid LIMIT ?) AS part`,
  )
  const hitsIn = db.prepare<[Buffer, string, number, number], { kind: string; n: number }>(
    `SELECT e.kind, count(*) AS n FROM messages m JOIN events e ON e.message = m.id
     WHERE m.campaign = ? AND m.status = ? AND m.rowid > ? AND m.rowid <= ? GROUP BY e.kind`,
  )
  const tallied = db.prepare<[Buffer], { kind: string; n: number }>(
    'SELECT kind, sum(count) AS n FROM tallies WHERE campaign = ? AND link = 0 GROUP BY kind',
  )
  const uncertain = db
    .prepare<[Buffer], number>('SELECT count(*) FROM messages WHERE campaign = ? AND uncertain = 1')
    .pluck()
  const complaints = db
    .prepare<[Buffer], number>('SELECT count(*) FROM messages WHERE campaign = ? AND complained_at IS NOT NULL')
    .pluck()
  const recent = new Map<Id, { readonly at: number; readonly counts: Promise<CampaignCounts> }>()

  /**
   * Up to the end of a full slice, where the others get through; null at the end of all. `sending` in the same breath as the
   * end of `queued`: what moves between the two must not be missed in both.
   */
  async function walk(campaign: Buffer, from: Place, found: Map<string, number>, events: Map<string, number> | null) {
    let { after } = from
    for (const [index, status] of statuses.entries()) {
      if (index < from.status) continue
      const { last, n } = (await part.get(campaign, status, after, slice)) ?? { last: null, n: 0 }
      add(found, status, n)
      const hits = events && last !== null ? await hitsIn.all(campaign, status, after, last) : []
      for (const { kind, n: some } of hits) if (events) add(events, kind, some)
      if (last !== null && n === slice) return { status: index, after: last }
      after = 0
    }
    return null
  }

  async function countsNow(id: Id): Promise<CampaignCounts> {
    const campaign = bytesOf(id)
    const found = new Map<string, number>()
    const events = new Map<string, number>()
    let tallies: Hits = new Map()
    let marks = { uncertain: 0, complaints: 0 }
    let place: Place | null = { status: 0, after: 0 }
    while (place) {
      const from: Place = place
      place = await db.glance(async () => {
        const begins = from.status === 0 && from.after === 0
        if (begins) tallies = new Map((await tallied.all(campaign)).map(({ kind, n }) => [kind, n]))
        // Tallies outlive the events; where the policy keeps none, the events themselves are counted.
        const counted = tallies.size === 0 && policies.inForce.tallies === null ? events : null
        const next = await walk(campaign, from, found, counted)
        if (!next) {
          marks = {
            uncertain: (await uncertain.get(campaign)) ?? 0,
            complaints: (await complaints.get(campaign)) ?? 0,
          }
        }
        return next
      })
      if (place) await breathe()
    }
    const of = (status: string): number => found.get(status) ?? 0
    const hits = (kind: string): number => (tallies.size > 0 ? tallies : events).get(kind) ?? 0
    return {
      recipients: [...found.values()].reduce((sum, n) => sum + n, 0),
      queued: of('queued') + of('sending'),
      ...{ sent: of('sent'), bounced: of('bounced'), failed: of('failed'), refused: of('refused') },
      ...{ cancelled: of('cancelled'), expired: of('expired') },
      ...marks,
      ...{ opens: hits('open'), clicks: hits('click') },
    }
  }

  return async (id: Id): Promise<CampaignCounts> => {
    const now = performance.now()
    for (const [other, { at }] of recent) if (now - at >= keptMillis) recent.delete(other)
    const known = recent.get(id)
    if (known) return known.counts
    const counts = countsNow(id)
    const { recipients } = await counts
    // From when it was counted: counting may take longer than a second.
    if (recipients > slice) recent.set(id, { at: performance.now(), counts })
    return counts
  }
}

const add = (map: Map<string, number>, key: string, n: number): void => void map.set(key, (map.get(key) ?? 0) + n)
