import { readStore } from '../../journeys/raw-store.ts'
import { equal, must } from '../row.ts'
import { draft, eventsOf, linksIn, pathOf, reader, received, recorded } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'

/** Opens and clicks of a campaign through one token for all: no store can know whose they are. */
export async function sharedTokens(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const sink = await stage.sink()
  const people = Array.from({ length: 12 }, (_, index) => `shared.${index}@people.example`)
  const consents = ['campaign', 'tracking'] as const
  const campaign = await draft(
    lethe,
    'campaign',
    people.map((email, index) => ({ email, name: `N${index}`, consents })),
  )
  equal(campaign.accepted, people.length, 'accepted')
  await campaign.start()
  const pages = await Promise.all(people.map((to) => received(sink, to)))
  const tokens = pages.map((html) => [...linksIn(html, 'o'), ...linksIn(html, 'c')])
  equal(tokens[0]?.length, 3, 'the pixel and the two links of a mail')
  equal(new Set(tokens.map((each) => each.join(' '))).size, 1, 'different sets of pixels and links')
  must(new Set(pages.flatMap((html) => linksIn(html, 'u'))).size === people.length, 'the ways out are not personal')
  for (const link of tokens[0] ?? []) await lethe.hit(pathOf(link), reader)
  await recorded(lethe)
  const ids = await messageIds(stage)
  for (const id of ids) equal(await eventsOf(lethe, id, 1, 0), [], 'events of one message')
  return `pixel and links of ${people.length} recipients are byte-identical; after opens and clicks no message (${ids.length}) has an event, and the events table names nobody`
}

/** The ids of all messages, and that no event names one, read from the store itself. */
async function messageIds(stage: Stage): Promise<readonly string[]> {
  const { env } = await stage.lethe()
  const campaigned = await readStore(env, 'SELECT id FROM messages WHERE campaign IS NOT NULL')
  const ids = campaigned.flatMap(({ id }) => (Buffer.isBuffer(id) ? id : []))
  const counted = async (sql: string) => Number((await readStore(env, sql))[0]?.n)
  const rows = await counted('SELECT count(*) AS n FROM events')
  const tallied = await counted('SELECT coalesce(sum(count), 0) AS n FROM tallies')
  equal(rows, 0, 'rows of events that name a message')
  must(tallied > 0, 'nothing was tallied either: the hits were not seen at all')
  must(ids.length > 0, 'there are no messages')
  return ids.map((id) => id.toString('base64url'))
}
