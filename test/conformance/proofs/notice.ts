import { equal, must } from '../row.ts'
import { linksIn, pathOf, received, send } from '../stage/letters.ts'
import type { Stage } from '../stage/stage.ts'
import { grantRefused } from './refused.ts'

/** /privacy is the notice of exactly the policy in force, with version, day and digest. */
export async function noticeServed(stage: Stage): Promise<string> {
  const lethe = await stage.lethe()
  const { policy } = await stage.check(stage.document())
  must(policy, `${stage.policy} does not compile`)
  const shown = await lethe.hit('/privacy')
  equal(shown.status, 200, '/privacy')
  equal(shown.headers.etag, `"${policy.digest}"`, 'its ETag')
  const text = shown.body.toString()
  const version = policy.digest.slice(0, 8)
  for (const word of [policy.digest, version, 'effective']) must(text.includes(word), `/privacy does not show ${word}`)
  const again = await lethe.hit('/privacy', { 'if-none-match': `"${policy.digest}"` })
  equal(again.status, 304, '/privacy asked for again with its digest')
  const { out } = await stage.run(['policy', 'notice', stage.policy, '--format', 'html', '--json'])
  const notice = JSON.parse(out) as { html: string } // the command's own shape
  const items = notice.html.match(/<li>[^<]+/g) ?? []
  must(items.length > 10, 'policy notice prints no clauses')
  for (const item of items) must(text.includes(item), `/privacy misses a clause of the notice: ${item.slice(0, 80)}`)
  return `/privacy shows version ${version}, its day and digest, and all ${items.length} clauses of policy notice`
}

/** Somebody to write to: demanded by the compiler, and shown where people look. */
export async function contactShown(stage: Stage): Promise<string> {
  const evidence = await grantRefused(stage, ['controller.contact', undefined], 'contact_missing')
  const lethe = await stage.lethe()
  const to = 'contact@people.example'
  await send(lethe, to)
  const [me = ''] = linksIn(await received(await stage.sink(), to), 'me').map(pathOf)
  must(me, 'the mail has no link to the rights page')
  // On loopback the slot's own words stand where a deployment's address will.
  const contact = 'an address that somebody reads'
  for (const path of ['/privacy', me]) {
    must((await lethe.hit(path)).body.toString().includes(contact), `${path.slice(0, 8)} does not show the contact`)
  }
  return `${evidence}; the contact is shown on /privacy and /me`
}

/** Nothing absolute can be claimed: neither by an author nor by the notice that is made of the policy. */
export async function nothingAbsolute(stage: Stage): Promise<string> {
  const claims = ['Your data is completely secure with us', 'This service is GDPR compliant', 'Our log is tamper-proof']
  const codes = ['wording_absolute', 'wording_seal', 'wording_absolute']
  for (const [index, claim] of claims.entries()) {
    await grantRefused(stage, ['purposes.deliver.means', claim], codes[index]!)
  }
  const { out } = await stage.run(['policy', 'notice', stage.policy])
  const absolute =
    /\b(?:100 ?%|completely secure|fully secure|tamper-proof|GDPR[- ]compliant|(?<!text calls )anonymous)\b/i.exec(out)
  equal(absolute?.[0] ?? null, null, 'an absolute claim in the notice')
  return 'claims of absolute security or of a seal are refused by policy check; the notice holds none'
}
