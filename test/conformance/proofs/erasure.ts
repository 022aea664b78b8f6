import { plant } from '../../journeys/plant.ts'
import { inLog, onPostgres } from '../../journeys/raw-store.ts'
import { equal, must } from '../row.ts'
import { linksIn, pathOf, reader, received, recorded, send, trackingConsent } from '../stage/letters.ts'
import { until } from '../stage/patience.ts'
import type { Stage } from '../stage/stage.ts'
import { ask, exported } from './rights.ts'
import { logAside, searched, searchedTables } from './search.ts'

/** One of two is erased: its own bytes were there and are gone, the other's are all still there. */
export const erased = (stage: Stage): Promise<string> => forgotten(stage, 'erase')

/** Somebody is found to be a child: as an erasure, and no further mail. */
export const minorDeleted = (stage: Stage): Promise<string> => forgotten(stage, 'minor')

async function forgotten(stage: Stage, right: 'erase' | 'minor'): Promise<string> {
  const env = await stage.settings()
  const lethe = await stage.start(env)
  const sink = await stage.sink()
  const [gone, stays] = ['gone.kzv@canary-example.org', 'stays.kzv@canary-example.org']
  const names: Record<string, string> = { [gone]: 'Gonename Kzvqj', [stays]: 'Staysname Kzvqj' }
  for (const to of [gone, stays])
    await send(lethe, to, { to: { email: to, name: names[to] }, consent: trackingConsent() })
  const links = linksIn(await received(sink, gone), 'c').map(pathOf)
  await received(sink, stays)
  for (const path of links) await lethe.hit(path, reader)
  await recorded(lethe)
  await until(async () => (await exported(lethe, stays)).includes('"sent"'))
  const before = await exported(lethe, stays)
  const bytesOf = async (email: string): Promise<readonly Buffer[]> =>
    ((await ask(lethe, 'fingerprints', email)).fingerprints ?? []).map((hex) => Buffer.from(hex, 'hex'))
  const [mine, theirs] = [await bytesOf(gone), await bytesOf(stays)]
  must(mine.length >= 3, `only ${mine.length} fingerprints`)
  // One pass over the files for all of them; a needle in two files counts once.
  const there = async (bytes: readonly Buffer[]) =>
    new Set((await searchedTables(stage, env, bytes)).map((found) => found.slice(0, found.indexOf(' in ')))).size
  equal(
    [await there(mine), await there(theirs)],
    [mine.length, theirs.length],
    'fingerprints found in the files before',
  )
  const { receipt } = await ask(lethe, right, gone)
  must(/suppress/i.test(JSON.stringify(receipt.remains)), 'the receipt does not say that a keyed hash stays')
  const logged = receipt.remains.some(({ code, until }) => code === 'store_log' && until)
  must(logged || !onPostgres(env), 'the receipt does not say what the write-ahead log keeps, and until when')
  await until(async () => (await there(mine)) === 0)
  equal(await there(mine), 0, 'fingerprints in the files after')
  equal(await there(theirs), theirs.length, "the other's fingerprints in the files after")
  equal(await exported(lethe, stays), before, "the other's export")
  for (const path of links) {
    const answer = await lethe.hit(path, reader)
    must(answer.status === 302 && answer.headers.location?.startsWith('https://target.example/'), 'an old link is dead')
  }
  const again = await send(lethe, gone)
  equal(again.status, 'refused', 'a new mail to the address')
  const log = lethe.log()
  await lethe.stop()
  const needles = [gone, names[gone] ?? '']
  equal(await searched(stage, env, needles), [], 'needles after')
  must(!needles.some((needle) => log.includes(needle)), 'needles in standard output')
  const mark = await plant(env)
  must(
    (await searched(stage, env, [mark])).some((found) => !inLog(found)),
    'the search is blind',
  )
  return `${mine.length} fingerprints of the one are in the files before and in none after${logAside(env)}, ${theirs.length} of the other in both, whose export is unchanged; 0 needles; ${links.length} old links still redirect; a new mail is refused (${again.reason})`
}

/** Erased like that, unless the exception that the text makes is on record. */
export async function minorWithException(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const to = 'minor.allowed@people.example'
  await send(lethe, to)
  await received(await stage.sink(), to)
  const parentalConsent = { at: new Date().toISOString(), source: 'letter', wording: 'I consent for my child.' }
  await ask(lethe, 'minor', to, { parentalConsent })
  equal((await send(lethe, to)).status, 'queued', "mail to a minor with a parent's consent on record")
  return `${await minorDeleted(stage)}; with a parent's consent on record nothing is erased`
}
