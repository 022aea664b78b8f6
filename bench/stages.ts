import { dayOf, newHandle, newId } from '../src/base/index.ts'
import { mintToken, newKeyRing, newRawHit, openToken, permitHit } from '../src/gate/index.ts'
import { loadPolicy } from '../src/policy/index.ts'
import { openReaders } from '../src/tracking/index.ts'
import { operatorKey } from './child.ts'

export interface Stage {
  readonly what: string
  readonly micros: number
}

/** Where a hit's time goes, stage by stage, in microseconds of one core. */
export function profileHit(): readonly Stage[] {
  const ring = newKeyRing([{ id: 'bench', key: operatorKey, revoked: false }])
  const policy = loadPolicy('mailerplex')
  const policies = new Map([[policy.number, policy]])
  const readers = openReaders()
  const agents = Array.from(
    { length: 200 },
    (_, index) => `Mozilla/5.0 (X11; Linux x86_64) Chrome/${100 + index}.0.0.0 Safari/537.36`,
  )
  const claims = {
    policy: policy.number,
    issued: dayOf(Date.now()),
    message: newId(),
    handle: newHandle(),
    link: 0,
    target: '',
  }
  const token = mintToken(ring, 'open', claims)
  let index = 0
  const raw = () => {
    index++
    return newRawHit({
      method: 'GET',
      address: `203.0.${index % 200}.${index % 250}`,
      userAgent: agents[index % agents.length]!,
      acceptLanguage: 'en-GB,en;q=0.9',
      gpc: false,
      dnt: false,
      at: Date.now(),
    })
  }
  const hit = raw()
  // Instruments that answer at once leave the gate's own cost.
  const ready = {
    place: () => ({ country: 'SE', region: null }),
    client: () => ({ browser: 'Chrome', os: 'Linux', device: null }),
    agent: () => 'person',
  }
  const seen = { method: 'GET', acceptLanguage: 'en-GB', gpc: false, dnt: false }
  const abouts = Array.from({ length: 60_000 }, (_, n) => ({
    kind: n % 3 ? ('open' as const) : ('click' as const),
    message: newId(),
    link: n % 3 ? 0 : 1,
    shared: false,
  }))
  const permitted = permitHit(hit, 'open', claims, policy, policies, readers).permitted!
  return [
    { what: 'open the token', micros: micros(() => openToken(ring, 'open', token)) },
    { what: 'box the raw hit', micros: micros(raw) },
    {
      what: 'gate: permit by policy, build the record',
      micros: micros(() => permitHit(hit, 'open', claims, policy, policies, ready)),
    },
    { what: 'instruments: country', micros: micros(() => readers.place(`203.0.${++index % 200}.${index % 250}`)) },
    { what: 'instruments: client and agent', micros: micros(() => readers.client(agents[++index % agents.length]!)) },
    {
      what: 'instruments: who fetched (network, delivery, burst)',
      micros: micros(() => {
        index++
        const address = index % 2 ? `203.0.${index % 200}.${index % 250}` : `2001:db8::${(index % 6000).toString(16)}`
        return readers.agent(
          { ...seen, address, userAgent: agents[index % agents.length]!, at: Date.now() },
          abouts[index % abouts.length]!,
        )
      }),
    },
    { what: 'wire form as JSON', micros: micros(() => JSON.stringify(permitted.wire)) },
  ]
}

/** Processor time, not time on the wall: whoever else keeps the machine busy does not count. */
function micros(run: () => unknown): number {
  for (let warm = 0; warm < 20_000; warm++) run()
  const rounds = 200_000
  const started = process.cpuUsage()
  for (let round = 0; round < rounds; round++) run()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / rounds
}
