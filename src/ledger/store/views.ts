import { bytesOf, type Id, idOf } from '../../base/index.ts'
import { places } from '../keys/place.ts'
import type { CampaignLine, CampaignPlace, CampaignView, Cohort, EventView, MessageView, Tally } from '../ledger.ts'
import type { Outbox } from './accept.ts'
import type { Cold } from './cold.ts'
import { and, count, desc, eq, lt, or, sql } from './drizzle.ts'
import { planOf } from './plan.ts'
import { campaigns, cohorts, events, messages, tallies } from './schema.ts'
import type { Store } from './store.ts'

const shredded: Outbox = {
  content: { subject: '', html: null, text: null, attachments: [] },
  from: null,
  replyTo: null,
}

/** What may be looked at. Cold: asked for by people and reports, not by each mail. */
export function views(store: Store, cold: Cold) {
  const { db, keys } = store

  async function message(id: Id): Promise<MessageView | null> {
    const row = await cold
      .select()
      .from(messages)
      .where(eq(messages.id, bytesOf(id)))
      .get()
    if (!row) return null
    return {
      id,
      status: row.status,
      reason: row.reason,
      purpose: row.purpose,
      campaign: row.campaign && idOf(row.campaign),
      attempts: row.attempts,
      acceptedAt: row.accepted_at,
      sentAt: row.sent_at,
      bouncedAt: row.bounced_at,
      complainedAt: row.complained_at,
      tracked: planOf(row.opens, row.clicks, row.plan_reason),
      policy: row.policy,
      uncertain: row.uncertain === 1,
      until: {
        delivery: row.expires_on,
        recipient: row.recipient_until,
        subject: row.subject_until,
        links: row.links_until,
      },
    }
  }

  async function eventsOf(id: Id): Promise<readonly EventView[]> {
    const rows = await cold
      .select()
      .from(events)
      .where(eq(events.message, bytesOf(id)))
      .orderBy(sql`rowid`)
      .all()
    return rows.map(
      ({ kind, id: _id, message: _message, policy: _policy, expires_on: _until, rules: _rules, ...granted }) => ({
        kind,
        values: Object.fromEntries(
          Object.entries(granted).filter((entry): entry is [string, string | number] => entry[1] !== null),
        ),
      }),
    )
  }

  /** After its end a campaign has no content any more: subject and texts come back empty. */
  async function campaign(id: Id): Promise<CampaignView | null> {
    const row = await cold
      .select()
      .from(campaigns)
      .where(eq(campaigns.id, bytesOf(id)))
      .get()
    if (!row) return null
    const { content, from, replyTo }: Outbox = row.content
      ? JSON.parse(places.campaign.open(await keys.contentKey(row.id), row.id, row.content).toString())
      : shredded
    const { name, purpose, policy, links } = row
    const facts = { id, name, purpose, policy, links, createdAt: row.created_at }
    return { ...facts, from, replyTo, content: content ?? shredded.content!, status: row.status, startAt: row.start_at }
  }

  async function campaignsAfter(after: CampaignPlace | null, limit: number): Promise<readonly CampaignLine[]> {
    const { id, created_at: made } = campaigns
    const behind = after && or(lt(made, after.createdAt), and(eq(made, after.createdAt), lt(id, bytesOf(after.id))))
    const rows = await cold
      .select()
      .from(campaigns)
      .where(behind ?? undefined)
      .orderBy(desc(made), desc(id))
      .limit(limit)
      .all()
    return rows.map((row) => ({
      ...{ id: idOf(row.id), name: row.name, purpose: row.purpose, status: row.status },
      ...{ createdAt: row.created_at, startAt: row.start_at },
    }))
  }

  async function talliesOf(id: Id): Promise<readonly Tally[]> {
    const rows = await cold
      .select()
      .from(tallies)
      .where(eq(tallies.campaign, bytesOf(id)))
      .orderBy(tallies.kind, tallies.link, tallies.class, tallies.estimated, tallies.day)
      .all()
    return rows.map(
      ({ campaign: _campaign, expires_on: _expires, estimated, rest, shown_people: shownPeople, ...tally }) => ({
        ...tally,
        shownPeople,
        estimated: estimated === 1,
        rest: rest === 1,
      }),
    )
  }

  async function cohortsOf(id: Id): Promise<readonly Cohort[]> {
    const rows = await cold
      .select()
      .from(cohorts)
      .where(eq(cohorts.campaign, bytesOf(id)))
      .orderBy(cohorts.kind, cohorts.class, cohorts.estimated, cohorts.day, cohorts.trait, cohorts.value)
      .all()
    return rows.map(({ campaign: _campaign, expires_on: _expires, estimated, ...cohort }) => ({
      ...cohort,
      estimated: estimated === 1,
    }))
  }

  const counted = (id: Id) => db.glance(async () => ({ tallies: await talliesOf(id), cohorts: await cohortsOf(id) }))

  async function sentSince(at: number): Promise<number> {
    const row = await cold.select({ n: count() }).from(messages).where(sql`sent_at >= ${at}`).get()
    return row?.n ?? 0
  }

  async function outstanding(): Promise<number> {
    const waiting = ['queued', 'sending'] as const
    let sum = 0
    for (const status of waiting) {
      const row = await cold
        .select({ n: count() })
        .from(messages)
        .where(sql`status = ${sql.raw(`'${status}'`)}`)
        .get()
      sum += row?.n ?? 0
    }
    return sum
  }

  return {
    message,
    events: eventsOf,
    campaign,
    campaigns: campaignsAfter,
    tallies: talliesOf,
    counted,
    outstanding,
    sentSince,
  }
}
