import { type Part, type Suppress, suppressSmall } from '../gate/index.ts'
import type { CampaignView, Cohort, Tally } from '../ledger/index.ts'
import type { EventKind, Policy, PolicyBook } from '../policy/policy.ts'
import { type Parts, partsOf } from './published-parts.ts'

/** What may be published of one cell: people and hits in steps of k, or null. */
interface Figure {
  readonly people: number | null
  readonly count: number | null
}

export interface Cell extends Figure {
  readonly kind: EventKind
  /** Ordinal of the link; 0 for what is not a link, or where the policy grants no ordinals. */
  readonly link: number
}

export interface Published {
  readonly totals: {
    readonly openers: number | null
    readonly opens: number | null
    readonly clickers: number | null
    readonly clicks: number | null
  }
  /** Hits of prefetches and scanners, of which none is among the totals. */
  readonly machines: { readonly opens: number | null; readonly clicks: number | null }
  readonly events: readonly Cell[]
  readonly parts: Parts
}

/** What was counted of a campaign. */
export interface Counted {
  readonly tallies: readonly Tally[]
  readonly cohorts: readonly Cohort[]
}

const nothing: Figure = Object.freeze({ people: null, count: null })

/** Whether one of these policies lets hits of `kind` be counted and nothing else. */
export const onlyCounted = (policies: readonly Policy[], kind: EventKind): boolean =>
  policies.some(({ events }) => events[kind].mode === 'tally')

/**
 * A campaign's tallies as they may be shown. Each change of a figure has at least k people behind it, who joined since the
 * change before (the ledger shows all cells of a whole anew in one moment, and in no other), so that neither polling nor the
 * difference of two reports tells of fewer. Which cells are listed depends on the content and the policy, never on a hit.
 * `suppress` is another rule for a test that shows what this one is for.
 */
export function published(
  campaign: CampaignView,
  { tallies, cohorts }: Counted,
  book: PolicyBook,
  suppress: Suppress = suppressSmall,
): Published {
  const k = book.inForce.tallies?.k ?? 1
  const policies = [book.inForce, book.all.get(campaign.policy) ?? book.inForce]
  const figure = (kind: EventKind, link: number, sort: Tally['class'] = 'person'): Figure =>
    figureOf(
      tallies.filter((each) => each.kind === kind && each.link === link && each.class === sort),
      k,
    )
  const granted = (kind: EventKind): boolean => policies.every(({ events }) => events[kind].mode !== 'off')
  const byLink = policies.every(({ events }) => events.click.fields.has('link'))

  const opened = figure('open', 0)
  const clicked = figure('click', 0)
  const opens: readonly Cell[] = granted('open') ? [{ kind: 'open', link: 0, ...opened }] : []
  const ordinals = byLink ? linksOf(campaign, tallies) : [0]
  const all = ordinals.map((link): Cell => ({ kind: 'click', link, ...figure('click', link) }))
  // A link that the content does not have came with a message of its own: it is listed once there is something to show.
  const cells = all.filter(({ link, people }) => link <= campaign.links || people !== null)
  const clicks = granted('click') ? complemented(cells, k, suppress) : []
  return {
    totals: {
      openers: opened.people,
      opens: opened.count,
      clickers: clicked.people,
      clicks: byLink ? sumOf(clicks, clicked.people) : clicked.count,
    },
    machines: { opens: figure('open', 0, 'machine').count, clicks: figure('click', 0, 'machine').count },
    events: [...opens, ...clicks],
    parts: partsOf({ tallies, cohorts }, k, suppress).filter(({ kind }) => granted(kind)),
  }
}

/** Those who were counted within a day have to be k on that day: the same one may be among those of the next. */
function figureOf(tallies: readonly Tally[], k: number): Figure {
  const step = (figure: number): number => figure - (figure % k)
  const sum = (some: readonly Tally[], of: 'shownPeople' | 'shown') => some.reduce((total, each) => total + each[of], 0)
  const daily = tallies.filter(({ estimated }) => estimated)
  const exact = step(
    sum(
      tallies.filter(({ estimated }) => !estimated),
      'shownPeople',
    ),
  )
  const people = daily.reduce((total, each) => total + step(each.shownPeople), exact)
  return people === 0 ? nothing : { people, count: Math.max(people, step(sum(tallies, 'shown'))) }
}

const linksOf = ({ links }: CampaignView, tallies: readonly Tally[]): readonly number[] => {
  const last = tallies.reduce((most, { link }) => Math.max(most, link), links)
  return Array.from({ length: last }, (_, index) => index + 1)
}

/**
 * One hidden cell beside its total is the difference of the two: the next smallest is hidden as well. Whether anybody is in
 * it is nobody's business either, so the rule is asked as if one were.
 */
function complemented(cells: readonly Cell[], k: number, suppress: Suppress): readonly Cell[] {
  const parts = cells.map((cell): Part & { readonly cell: Cell } => ({
    ...{ name: String(cell.link).padStart(4, '0'), people: cell.people ?? 0, cell },
  }))
  const hidden = parts.filter(({ people }) => people === 0)
  if (hidden.length !== 1) return cells
  const alone = { name: '', people: 1 }
  const stay = new Set(suppress([...parts, alone], k).map(({ name }) => name))
  return parts.map(({ name, cell }) => (stay.has(name) ? cell : { ...cell, ...nothing }))
}

/**
 * Clicks are the sum of the links that are shown, so that no link that is not can be told from the total; but each who
 * clicked did so once at least.
 */
function sumOf(cells: readonly Cell[], clickers: number | null): number | null {
  const sum = cells.reduce((total, { count }) => total + (count ?? 0), 0)
  return clickers === null && sum === 0 ? null : Math.max(sum, clickers ?? 0)
}
