import { isoDay } from '../../base/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Policy } from '../../policy/policy.ts'
import { type Answer, attested, isoDate, outOfReach, proved, unproven, violated } from './answer.ts'
import { type SocketsAudited, socketsAnswer } from './sockets.ts'

/** What this process is set up to do, as far as a promise hangs on it. */
export interface HouseFacts {
  /** Hosts off loopback that it talks to. */
  readonly hosts: readonly { readonly use: 'mail' | 'store' | 'queue' | 'traces'; readonly host: string }[]
  /** How many ranges of proxies are trusted to name the client. */
  readonly trustedProxies: number
  /** Since when upkeep runs in this process, in milliseconds since 1970; null where it does not. */
  readonly upkeepSince: number | null
  /** The digest of the notice that people are shown; null where no public side runs. Throws where it cannot be asked. */
  readonly publishedDigest: (() => Promise<string>) | null
  /** Sockets of this process off loopback; null where the platform does not tell. */
  readonly peers: SocketsAudited['peers']
  readonly addressesOf: SocketsAudited['addressesOf']
  /** True if operator or epoch keys lie where a backup of the data takes them along. */
  readonly keysBesideData: boolean
  /** What lies in the data folder and Lethe did not put there, each by its kind (`csv`, `folder`) and never by its name. */
  readonly foreignKinds: () => readonly string[]
  /** Codes of what is wrong with the country database and the networks. */
  readonly instrumentFaults: () => readonly string[]
}

export interface HouseAudited {
  readonly ledger: Pick<Ledger, 'purgedAt' | 'epoch' | 'openCases'>
  readonly policy: Policy
  readonly house: HouseFacts
  readonly now: number
}

const hour = 3_600_000
const unfilledDay = '1970-01-01'

const strangers = ({ processors }: Policy, hosts: HouseFacts['hosts']) =>
  hosts.filter(({ host }) => !processors.some((each) => each.hosts.includes(host.toLowerCase())))

/** Each question to the house, by the promise that it holds to account. */
export const houseChecks: Readonly<Record<string, (audited: HouseAudited) => Answer | Promise<Answer>>> = {
  'upkeep runs': async ({ ledger, house: { upkeepSince }, now }) => {
    const purged = await ledger.purgedAt()
    const detail = purged === null ? 'no purge yet' : `the last purge was at ${new Date(purged).toISOString()}`
    // Four times its interval: a purge that is merely under way is not late.
    if (now - Math.max(purged ?? 0, upkeepSince ?? 0) <= hour) return proved(detail)
    return upkeepSince === null ? unproven(`${detail}, and no upkeep runs here`) : violated(detail)
  },

  'the notice that people see is the policy in force': async ({ policy, house: { publishedDigest } }) => {
    if (!publishedDigest) return proved('no public side runs, so nothing else is published')
    const digest = await publishedDigest()
    if (digest === policy.digest) return proved(`digest ${digest.slice(0, 12)} on /privacy`)
    return violated(`/privacy shows ${digest.slice(0, 12)} and ${policy.digest.slice(0, 12)} is in force`)
  },

  'what is vouched for is vouched for today': ({ policy: { attestations }, now }) => {
    const today = isoDate(now)
    const over = attestations.filter(({ until }) => until < today && until !== unfilledDay)
    if (over.length > 0) return violated(over.map(({ id, until }) => `${id} ended on ${until}`).join(', '))
    const open = attestations.filter(({ until }) => until === unfilledDay)
    if (open.length > 0) return unproven(`nobody vouches for ${open.map(({ id }) => id).join(', ')} yet`)
    const ends = attestations.map(({ until }) => until).sort()
    if (ends[0] === undefined) return proved('this policy rests on nobody’s word')
    return attested(attestations.map(({ id, until }) => `${id} until ${until}`).join(', '), ends[0])
  },

  'nothing is handed to an undeclared host': ({ policy, house: { hosts } }) => {
    const strange = strangers(policy, hosts)
    const list = strange.map(({ use, host }) => `${use} at ${host}`).join(', ')
    if (strange.some(({ use }) => use === 'mail')) return violated(list)
    // A server of the operator's own is no processor, and no software can tell whose it is.
    return strange.length > 0 ? unproven(`${list}: declared as nobody's`) : proved(`${hosts.length} hosts off loopback`)
  },

  'nothing is connected to an undeclared host': ({ policy, house }) => socketsAnswer({ policy, ...house }),

  'bytes at rest are within reach': ({ policy, house: { hosts }, now }) => {
    const away = hosts.flatMap(({ use, host }) => (use === 'store' || use === 'queue' ? [{ use, host }] : []))
    if (away.length === 0) return proved('store and queue lie on this machine')
    const answers = away.map(({ use, host }) =>
      outOfReach(policy, now, use, `the files, logs and backups of the ${use} at ${host} cannot be read from here`),
    )
    const detail = answers.map((each) => each.detail).join(', ')
    const until = answers.flatMap((each) => each.until ?? []).sort()[0]
    const open = answers.some(({ result }) => result === 'unproven')
    return open || until === undefined ? unproven(detail) : attested(detail, until)
  },

  'no proxy in front keeps what Lethe does not': ({ policy, house: { trustedProxies }, now }) => {
    if (trustedProxies === 0) return proved('no proxy is trusted')
    const logs = `the logs of ${trustedProxies} trusted ranges are out of sight`
    const snippets = 'nginx.conf, Caddyfile and haproxy.cfg in examples/proxy-logs show how to switch them off'
    return outOfReach(policy, now, 'proxy-logs', `${logs}; ${snippets}`)
  },

  'keys lie apart from the data': ({ policy, house: { keysBesideData }, now }) => {
    if (!keysBesideData) return proved('operator and epoch keys are outside the data folder')
    const detail =
      'a backup of the data folder takes its keys along: set LETHE_KEYS and LETHE_EPOCHS to have them apart'
    return outOfReach(policy, now, 'backups', detail)
  },

  'the data folder holds nothing but what is ours': ({ house: { foreignKinds } }) => {
    const kinds = Map.groupBy(foreignKinds(), (kind) => kind)
    if (kinds.size === 0) return proved('every file in it is one that Lethe or its settings name')
    const list = [...kinds].map(([kind, all]) => `${all.length} ${kind}`).sort()
    return unproven(`nobody here knows what is in what else lies there, and no purge reaches it: ${list.join(', ')}`)
  },

  'places and networks can be looked up': ({ house: { instrumentFaults } }) => {
    const faults = instrumentFaults()
    // Nothing is recorded that should not be; what is missing is what the figures are worth.
    if (faults.length > 0)
      return unproven(`${faults.join(', ')}: countries or networks are left out until it is mended`)
    return proved('the country database and the networks are in order')
  },

  'people are answered in time': async ({ ledger, now }) => {
    const open = (await ledger.openCases()).filter(({ status }) => status === 'open')
    const late = open.filter(({ dueAt }) => dueAt < now)
    const days = late.map(({ id, dueAt }) => `${id} since ${isoDay(Math.floor(dueAt / (24 * hour)))}`)
    return late.length > 0 ? violated(`overdue: ${days.join(', ')}`) : proved(`${open.length} open cases, none overdue`)
  },

  'no key of an older epoch is held': async ({ ledger, now }) => {
    const { number, since, older } = await ledger.epoch()
    const began = `epoch ${number} began at ${new Date(since).toISOString()}`
    if (older === 0) return proved(began)
    const detail = `${older} older held, ${began}`
    return now - since > hour ? violated(detail) : unproven(`${detail}: a rewrap is under way`)
  },
}
