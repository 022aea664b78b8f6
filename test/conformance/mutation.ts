import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/base/index.ts'
import { folder } from '../journeys/lethe.ts'

/** One control, broken: what stands in a file once is replaced, and the row must notice for the reason that is named. */
export interface Mutation {
  readonly row: string
  readonly breaks: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** What the failed row's evidence says; another failure would be an accident. */
  readonly noticed: RegExp
}

export const mutations: readonly Mutation[] = [
  {
    ...{ row: 'CM-6', breaks: 'every host counts as loopback' },
    file: 'src/main/loopback.ts',
    from: 'names.has(host.toLowerCase()) ||',
    to: 'names.has(host.toLowerCase()) || host !== host.toUpperCase() ||',
    noticed: /Lethe started although/,
  },
  {
    ...{ row: 'CM-9', breaks: 'the pixel sets a cookie' },
    file: 'src/http/tracker.ts',
    from: "const pixelHeaders = ['Content-Type', 'image/gif',",
    to: "const pixelHeaders = ['Set-Cookie', 'reader=1', 'Content-Type', 'image/gif',",
    noticed: /Set-Cookie/,
  },
  {
    ...{ row: 'CM-12', breaks: 'mail is tracked whatever the plan' },
    file: 'src/sending/letter.ts',
    from: '      plan: tracked,\n',
    to: "      plan: { opens: true, clicks: true, reason: 'policy_grants' },\n",
    noticed: /the HTML that arrived/,
  },
  {
    ...{ row: 'CO-1', breaks: 'no number is a card number' },
    file: 'src/gate/card.ts',
    from: 'return sum % 10 === 0',
    to: 'return sum < 0',
    noticed: /card number in a merge field/,
  },
  {
    ...{ row: 'CO-17', breaks: 'trackers forget who withdrew' },
    file: 'src/tracking/collect.ts',
    from: "if (claims.handle !== null && stops.has(claims.handle)) return refuse('stopped')",
    to: "if (claims.handle !== null && stops.has('')) return refuse('stopped')",
    noticed: /the record queue after hits/,
  },
  {
    ...{ row: 'MP-3', breaks: 'the content stays after the outcome' },
    file: 'src/ledger/store/finish.ts',
    from: 'content = NULL, merge = NULL,',
    to: 'merge = NULL,',
    noticed: /ciphertext of the body after the outcome|tidied/,
  },
  {
    ...{ row: 'MP-4', breaks: 'the address stands for the country' },
    file: 'src/gate/event.ts',
    from: 'country: (sight) => placeIn(sight).country,',
    to: 'country: (sight) => sight.evidence.address,',
    noticed: /canaries in bytes/,
  },
  {
    ...{ row: 'MS-5', breaks: 'nobody is asked for again before SMTP' },
    file: 'src/sending/attempt.ts',
    from: 'return maySend(now, message.standing) ?? (then ? maySend(then, message.standing) : null)',
    to: 'return then === undefined ? maySend(now, message.standing) : null',
    noticed: /sent and refused/,
  },
  {
    ...{ row: 'MM-1', breaks: 'each mail is reported to somebody else' },
    file: 'src/sending/attempt.ts',
    from: 'delivery = await lane.transport.deliver(letter.mail)',
    to: "void fetch('http://203.0.113.77/seen').catch(() => {})\n    delivery = await lane.transport.deliver(letter.mail)",
    noticed: /connections opened|sockets to somebody else/,
  },
  {
    ...{ row: 'X-1', breaks: 'a purpose needs no lawful basis' },
    file: 'src/policy/clauses/purposes.ts',
    from: "  basis: z.enum(['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests']),",
    to: "  basis: z.enum(['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests']).default('contract'),",
    noticed: /without purposes\.campaign\.basis/,
  },
]

/** The file's text with the control broken; throws unless what is to be replaced stands there exactly once. */
export function broken({ file, from, to }: Mutation): string {
  const parts = readFileSync(join(packageRoot(), file), 'utf8').split(from)
  if (parts.length === 2) return parts.join(to)
  throw new Error(`${file} holds the text of the control ${parts.length - 1} times: ${from.trim()}`)
}

/** A Lethe of its own with one control broken: its sources copied, its libraries shared. Returns its folder. */
export function brokenCopy(mutation: Mutation): string {
  const text = broken(mutation)
  const root = folder()
  for (const each of ['src', 'workers', 'policies', 'migrations', 'package.json']) {
    cpSync(join(packageRoot(), each), join(root, each), { recursive: true })
  }
  symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'))
  writeFileSync(join(root, mutation.file), text)
  return root
}
