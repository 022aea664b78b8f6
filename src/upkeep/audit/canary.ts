import { type Address, type Clock, type Handle, type Id, isFault, newId, parseAddress } from '../../base/index.ts'
import type { Finding, Ledger } from '../../ledger/index.ts'
import type { Policy, Purpose } from '../../policy/policy.ts'
import type { Rights } from '../rights/index.ts'
import { type Answer, proved, unproven, violated } from './answer.ts'

/** RFC 6761 section 6.4: nobody can own it. Mail to it never leaves, whatever the way out is. */
export const canaryDomain = 'canary.lethe.invalid'

export interface CanaryParts {
  readonly ledger: Pick<Ledger, 'recordConsent' | 'message' | 'events' | 'fingerprints' | 'leaves'>
  readonly rights: Pick<Rights, 'eraseAgain' | 'finishErasures'>
  readonly policy: Policy
  readonly clock: Clock
  /** Accepts, feeds and delivers like any other message. */
  readonly accept: (message: {
    readonly to: { readonly email: string; readonly name: string }
    readonly purpose: string
    readonly subject: string
    readonly html: string
  }) => Promise<{ readonly id: Id; readonly status: string; readonly tracked: Tracked }>
  /** From here on hits of this message are in nobody's counters. */
  readonly setAside: (id: Id) => void
  /** The HTML of the mail once it lies in the mailbox of this process. */
  readonly received: (to: string) => Promise<string | null>
  /** A request to the public side, over HTTP. */
  readonly request: (
    url: string,
    form?: string,
  ) => Promise<{ readonly status: number; readonly location: string | null }>
  /** How often each of these lies in the files of store, queue, keys and log, and in the queue's values. */
  readonly search: (needles: readonly Uint8Array[]) => Promise<readonly number[]>
  readonly pause: () => Promise<void>
}

interface Tracked {
  readonly opens: boolean
  readonly clicks: boolean
  readonly reason: string
}

const patience = 300

/**
 * One mail to nobody, all the way: accepted, queued, composed, sent over SMTP to a mailbox in this process, opened, followed,
 * withdrawn, erased, and searched for in every byte within reach. It is in no campaign, so in no tally and no report.
 */
export async function runCanary(parts: CanaryParts): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const step = (check: string, answer: Answer) => findings.push({ check: `canary: ${check}`, ...answer })
  const address = parseAddress(`canary-${newId().toLowerCase()}@${canaryDomain}`)!
  let handle: Handle | null = null
  try {
    handle = await walk(parts, address, step, (made) => (handle = made))
  } catch (cause) {
    step('goes all the way', unproven(`it ended early: ${isFault(cause) ? cause.code : 'defect'}`))
    if (handle !== null) await forget(parts, handle).catch(() => step('is erased', unproven('it could not be erased')))
  }
  return findings
}

type Step = (check: string, answer: Answer) => void

async function walk(parts: CanaryParts, address: Address, step: Step, made: (handle: Handle) => void): Promise<null> {
  const { ledger, policy, request } = parts
  const [name, subject, body, path] = ['Name', 'Subject', 'Body', 'path'].map((word) => `${word}${newId()}`) as [
    ...[string, string, string, string], // four words are mapped to four
  ]
  const target = `https://${canaryDomain}/${path}`
  const purpose = purposeOf(policy)
  if (!purpose) {
    step('is sent', unproven('this policy has no purpose to send for'))
    return null
  }
  const handle = await consented(parts, address, purpose)
  if (handle === null) {
    step('is sent', unproven('nobody could be made to send it to'))
    return null
  }
  made(handle)

  const html = `<p>${body} {{name}} <a href="${target}">a link</a> <a href="{{unsubscribe_url}}">stop</a> <a href="{{rights_url}}">rights</a></p>`
  const sent = await parts.accept({ to: { email: address.text, name }, purpose: purpose.name, subject, html })
  parts.setAside(sent.id)
  const page = await until(parts, () => parts.received(address.text))
  const settled = await until(parts, async () => ((await ledger.message(sent.id))?.status === 'sent' ? true : null))
  const arrived = page?.includes(body) && settled
  step(
    'is accepted, queued, composed and sent',
    arrived ? proved(`over SMTP, for ${purpose.name}`) : violated('it did not arrive'),
  )

  const links = [...(page ?? '').matchAll(/href="([^"]+)"|src="([^"]+)"/g)].map(([, href, src]) => href ?? src ?? '')
  const linkOf = (kind: string) => links.find((url) => new RegExp(`/${kind}/[\\w-]+$`).test(url))
  const [pixel, click, me] = [linkOf('o'), linkOf('c'), linkOf('me')]
  const { opens, clicks, reason } = sent.tracked
  const plan = opens === (pixel !== undefined) && clicks === (click !== undefined)
  step(
    'is tracked as the policy grants',
    plan ? proved(`opens ${opens}, clicks ${clicks}: ${reason}`) : violated(`${reason}, and its links say otherwise`),
  )

  const granted = (kind: 'open' | 'click') => new Set<string>(policy.events[kind].fields.keys())
  for (const [kind, url] of [
    ['open', pixel],
    ['click', click],
  ] as const) {
    if (!url) continue
    const answer = await request(url)
    const event = await until(
      parts,
      async () => (await ledger.events(sent.id)).find((each) => each.kind === kind) ?? null,
    )
    const odd = Object.keys(event?.values ?? {}).filter((field) => !granted(kind).has(field))
    const right = kind === 'open' ? answer.status === 200 : answer.status === 302 && answer.location === target
    const well = right && event && odd.length === 0
    const fields = Object.keys(event?.values ?? {}).join(', ')
    step(
      `${kind} is answered and recorded`,
      well
        ? proved(`with ${fields}`)
        : violated(`answered ${answer.status}, ${event ? `fields ${odd.join(', ')}` : 'nothing recorded'}`),
    )
  }

  const before = (await ledger.events(sent.id)).length
  const withdrawn = me ? await request(me, 'action=withdraw') : { status: 0 }
  if (pixel) await request(pixel)
  for (let waits = 0; waits < 5; waits++) await parts.pause()
  const after = (await ledger.events(sent.id)).length
  const stopped = withdrawn.status === 200 && after === before
  step(
    'withdraws, and is recorded no more',
    stopped
      ? proved(`${after} events before and after`)
      : violated(`answered ${withdrawn.status}, ${after - before} events more`),
  )

  const prints = (await ledger.fingerprints(address)).map((hex) => Buffer.from(hex, 'hex'))
  const words = [address.text, name, subject, body, path].map((word) => Buffer.from(word))
  const plain = sum(await parts.search(words))
  const held = (await parts.search(prints)).filter((count) => count > 0).length
  await forget(parts, handle)
  const gone = (await ledger.message(sent.id)) === null && (await ledger.events(sent.id)).length === 0
  step('is erased', gone ? proved('rows, keys and residue') : violated('its message is still known'))
  const residue = sum(await parts.search([...prints, ...words]))
  step('leaves no byte', residueAnswer({ plain, held, prints: prints.length, residue, leaves: ledger.leaves }))
  if (click) {
    const late = await request(click)
    const lands = late.status === 302 && late.location === target
    step(
      'still redirects, and records nothing',
      lands && (await ledger.events(sent.id)).length === 0
        ? proved('as it did before')
        : violated(`answered ${late.status}`),
    )
  }
  return null
}

/** A search that finds nothing beforehand either proves nothing. */
function residueAnswer(found: {
  readonly plain: number
  readonly held: number
  readonly prints: number
  readonly residue: number
  readonly leaves: Ledger['leaves']
}): Answer {
  if (found.plain > 0) return violated(`its words lay open ${found.plain} times while it was held`)
  if (found.held === 0) return unproven('its own bytes were not within reach before the erasure either')
  if (found.residue > 0) return violated(`${found.residue} traces after the erasure`)
  const before = `${found.held} of ${found.prints} sealed values found before, none after, and none of its words at any time`
  const reach =
    found.leaves === 'log' ? ' (in the rows of the store: the files of its server are not read from here)' : ''
  return proved(
    `${before}${reach}; what stays names nobody: a closed case, a random handle until its last day, lines of the audit log`,
  )
}

const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0)

/** Without a campaign where there is a choice: mail that was asked for. */
function purposeOf({ purposes }: Policy): Purpose | undefined {
  const sending = [...purposes.values()].filter(({ sends }) => sends)
  return sending.find(({ name }) => name === 'deliver') ?? sending.find(({ subscribed }) => !subscribed) ?? sending[0]
}

/** Says yes to being mailed and to being counted: what the policy asks for, and nothing that it does not. */
async function consented(
  { ledger, policy, clock }: CanaryParts,
  address: Address,
  purpose: Purpose,
): Promise<Handle | null> {
  const names = new Set([purpose.name, policy.events.open.purpose, policy.events.click.purpose])
  const at = new Date(clock.now()).toISOString()
  let handle: Handle | null = null
  for (const name of names) {
    if (!policy.purposes.has(name)) continue
    const words = { source: 'other', wording: 'A trial of Lethe by itself' } as const
    handle = (await ledger.recordConsent(address, { purpose: name, state: 'granted', at, ...words })).handle ?? handle
  }
  return handle
}

/** By its handle: an erasure that is asked for would leave its address on the suppression list for good. */
async function forget({ rights, pause }: CanaryParts, handle: Handle): Promise<void> {
  await rights.eraseAgain(handle)
  await rights.finishErasures()
  await pause()
}

async function until<T>({ pause }: CanaryParts, ask: () => Promise<T | null>): Promise<T | null> {
  for (let tries = 0; tries < patience; tries++) {
    const answer = await ask()
    if (answer !== null) return answer
    await pause()
  }
  return null
}
