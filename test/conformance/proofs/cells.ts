import { equal, must } from '../row.ts'
import { draft, linksIn, pathOf, reader, received, recorded } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'

interface Cell {
  readonly kind: string
  readonly link: number
  readonly count: number | null
}

interface Report {
  readonly k: number
  readonly totals: Readonly<Record<string, number | null>>
  readonly events: readonly Cell[]
}

const addressOf = (person: number): string => `203.0.113.${person + 1}`

/** A campaign to 40 people who all may be counted, and how to read it as one of them. */
async function scene(stage: Stage, name: string) {
  const lethe = await stage.lethe()
  const sink = await stage.sink()
  const people = Array.from({ length: 40 }, (_, index) => `${name}.${index}@people.example`)
  const consents = ['campaign', 'tracking'] as const
  const campaign = await draft(
    lethe,
    'campaign',
    people.map((email) => ({ email, consents })),
  )
  await campaign.start()
  const pages = await Promise.all(people.map((to) => received(sink, to)))
  const hit = async (route: 'o' | 'c', person: number, link = 0) => {
    const path = linksIn(pages[person] ?? '', route).map(pathOf)[link]
    must(path, `the mail has no /${route}/ link`)
    await lethe.hit(path, { ...reader, 'x-forwarded-for': addressOf(person) })
  }
  const report = async (): Promise<Report> => {
    await recorded(lethe)
    return JSON.parse(await campaign.report()) as Report // the API's shape
  }
  const counts = async () => {
    await recorded(lethe)
    const { opens, clicks } = await campaign.counts()
    return { opens, clicks }
  }
  return { hit, report, counts }
}

const figuresOf = ({ totals, events }: Report): string =>
  JSON.stringify([Object.values(totals), events.map(({ kind, link, count }) => [kind, link, count])])

/** People are counted, not hits: one who opens again and again makes no cell. */
export async function peopleNotHits(stage: Stage): Promise<string> {
  const { hit, report, counts } = await scene(stage, 'again')
  const { k } = await report()
  for (let time = 0; time < 3 * k; time++) await hit('c', 0)
  const seen = await report()
  const shown = [...Object.values(seen.totals), ...seen.events.map(({ count }) => count)].filter(Boolean)
  equal(shown, [], `figures after one person clicked ${3 * k} times (k is ${k})`)
  // Where each hit is a row of its own, the contract has the campaign count them one by one for its sender.
  const { click } = stage.document().collect as { readonly click: { readonly mode: string } } // a shipped policy's own shape
  if (click.mode === 'tally') {
    // Where events are individual, the campaign's own counts are of events, as the API promises; published figures are not.
    const { clicks } = await counts()
    if (stage.tallies()) equal(clicks, null, `the campaign's clicks after one person clicked ${3 * k} times`)
    else equal(clicks, 3 * k, 'clicks that were recorded of that person')
  }
  return `one person clicking ${3 * k} times makes no figure (k is ${k})`
}

/** Two looks around one hit show the same. */
export async function pollingShowsNothing(stage: Stage): Promise<string> {
  const { hit, report } = await scene(stage, 'polled')
  const { k } = await report()
  for (let person = 0; person < k + 1; person++) await hit('c', person)
  const before = await report()
  await hit('c', k + 1)
  const after = await report()
  equal(figuresOf(after), figuresOf(before), `the report after one more person clicked (from ${k + 1} to ${k + 2})`)
  return `the report is the same before and after one more person clicks (from ${k + 1} to ${k + 2} people)`
}

/** No hidden cell is a total less its neighbours. */
export async function noSubtraction(stage: Stage): Promise<string> {
  const { hit, report } = await scene(stage, 'subtracted')
  const { k } = await report()
  const many = Math.min(2 * k + 2, 36)
  for (let person = 0; person < many; person++) await hit('c', person, 0)
  for (const person of [0, 1]) await hit('c', person, 1)
  const { totals, events } = await report()
  const clicks = events.filter(({ kind }) => kind === 'click')
  must(clicks.length > 0, 'the report has no cell of clicks at all')
  const small = clicks.filter(({ count }) => count !== null && count < k)
  equal(small, [], 'cells below k')
  const hidden = clicks.filter(({ count }) => count === null)
  const known = clicks.reduce((sum, { count }) => sum + (count ?? 0), 0)
  const total = totals.clicks ?? null
  const rest = total === null ? null : total - known
  const derived = hidden.length === 1 || (hidden.length > 1 && rest !== null && rest > 0 && rest < k)
  must(!derived, `a hidden cell is derivable: ${JSON.stringify({ total, clicks })}`)
  must(hidden.length > 0, 'nothing is hidden although two people make a cell')
  return `a cell of 2 people beside one of ${many} is hidden, and no total gives it away (k is ${k})`
}
