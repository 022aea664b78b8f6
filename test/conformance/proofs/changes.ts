import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../journeys/lethe.ts'
import { equal, must } from '../row.ts'
import { send } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import { openSink } from '../stage/sink.ts'
import type { Document, Stage } from '../stage/stage.ts'
import { granted } from './refused.ts'

interface Widened {
  readonly noticeDays: number
  /** True if the mail server holds a notice of the change. */
  readonly mailed: boolean
  readonly evidence: string
}

/**
 * A deployment changes its file so that it keeps more. Under a clock that is moved on: before the notice period the old
 * policy is in force, and after it the new one. With `mail`, people's mailboxes must hold the notice; if the mail server is
 * away, the change has to wait for it.
 */
export const wideningWaits = (stage: Stage): Promise<Widened> => stage.once('widening', () => widen(stage))

/** Recipients of sent mail are kept for longer: every shipped policy keeps them, and none for so long. */
const wider = (document: Document): Document => granted(document, ['keep.messages.recipient', 'P45D'])

async function widen(stage: Stage): Promise<Widened> {
  const before = stage.document()
  const { digests, path } = await versions(stage, before)
  const sink = await openSink(stage.certificate)
  const env = await stage.swift({ LETHE_POLICY: path.old, LETHE_SMTP: `smtp://localhost:${sink.port}` })
  rehearsing(env)
  /** What /privacy shows under these settings once it is what is expected, or else after a while. */
  const inForce = async (settings: Settings, wanted: string, waits = false): Promise<string> => {
    const lethe = await stage.start({ ...env, ...settings })
    const shown = async () => String((await lethe.hit('/privacy')).headers.etag).replaceAll('"', '')
    const announced = async () =>
      /counts from .{1,60}Until then everything/s.test((await lethe.hit('/privacy')).body.toString())
    if (waits) must(await until(announced), '/privacy does not say from when the change counts')
    // What must not change gets time to: a widening that comes a moment after the start is one all the same.
    if (wanted === digests.old) await until(async () => (await shown()) !== wanted, 4)
    else await until(async () => (await shown()) === wanted)
    const digest = await shown()
    equal(await lethe.stop(), 0, 'the drain')
    return digest
  }
  const isNotice = ({ to, raw }: { to: string; raw: string }): boolean =>
    to === 'told@people.example' && /privacy|policy/i.test(raw)
  try {
    const first = await stage.start(env)
    await send(first, 'told@people.example', { subject: 'A letter', text: 'Hello.', html: undefined })
    await sink.mailTo('told@people.example')
    equal(String((await first.hit('/privacy')).headers.etag), `"${digests.old}"`, 'the policy in force at first')
    await first.stop()
    sink.forget()
    equal(
      await inForce({ LETHE_POLICY: path.wide }, digests.old, true),
      digests.old,
      'the policy in force right after a widening was configured',
    )
    const mailed = sink.mails.some(isNotice)
    const days = noticeDays(before)
    const halfway = { LETHE_POLICY: path.wide, LETHE_CLOCK: `+P${Math.max(1, Math.floor(days / 2))}D` }
    equal(await inForce(halfway, digests.old), digests.old, 'the policy in force half-way through the notice period')
    equal(
      await inForce({ LETHE_POLICY: path.wide, LETHE_CLOCK: `+P${days + 1}D` }, digests.wide),
      digests.wide,
      'the policy in force after it',
    )
    equal(
      await inForce({ LETHE_POLICY: path.old, LETHE_CLOCK: `+P${days + 2}D` }, digests.old),
      digests.old,
      'the policy in force after a narrowing',
    )
    const evidence = `a widening leaves the old policy in force on its day and half-way through ${days} days of notice, and counts after them; narrowing it again counts at once`
    return { noticeDays: days, mailed, evidence }
  } finally {
    await sink.close().catch(() => {})
  }
}

// Elsewhere a shifted clock changes nothing for good.
const rehearsing = (env: Environment): void => writeFileSync(join(env.LETHE_DATA, 'rehearsal'), 'conformance\n')

type Settings = Readonly<Record<string, string>>

async function versions(stage: Stage, before: Document) {
  const path = { old: stage.file(before), wide: stage.file(wider(structuredClone(before))) }
  const digest = async (file: string): Promise<string> => {
    const { policy, faults } = await stage.check(readFileSync(file, 'utf8'))
    must(policy, `a version of ${stage.policy} does not compile: ${faults[0]?.sentence}`)
    return policy.digest
  }
  return { path, digests: { old: await digest(path.old), wide: await digest(path.wide) } }
}

function noticeDays(document: Document): number {
  const { notice = 'P30D' } = (document.changes ?? {}) as { notice?: string }
  return Number(/^P(\d+)D$/.exec(notice)?.[1] ?? 0)
}

/** As above, and the notice lies in people's mailboxes. */
export async function wideningIsMailed(stage: Stage): Promise<string> {
  const { evidence, mailed } = await wideningWaits(stage)
  must(mailed, 'the mail server holds no notice of the change')
  return `${evidence}; the notice came by mail`
}

/** Without the notice the period never begins: nobody could be told, so nothing widens. */
export async function unnotifiedNeverCounts(stage: Stage): Promise<string> {
  const before = stage.document()
  const { digests, path } = await versions(stage, before)
  const sink = await openSink(stage.certificate)
  const env = await stage.swift({ LETHE_POLICY: path.old, LETHE_SMTP: `smtp://localhost:${sink.port}` })
  const first = await stage.start(env)
  await send(first, 'untold@people.example', { text: 'Hello.', html: undefined })
  await sink.mailTo('untold@people.example')
  await first.stop()
  await sink.close()
  rehearsing(env)
  const later = { LETHE_POLICY: path.wide, LETHE_CLOCK: `+P${noticeDays(before) + 1}D` }
  for (const settings of [{ LETHE_POLICY: path.wide }, later]) {
    const lethe = await stage.start({ ...env, ...settings })
    equal(
      String((await lethe.hit('/privacy')).headers.etag),
      `"${digests.old}"`,
      'the policy in force although no notice could be sent',
    )
    await lethe.stop()
  }
  return 'while no notice can be sent, the widening does not count, however late it is'
}
