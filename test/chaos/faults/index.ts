/** What goes wrong, a line each: name, kind, seconds, what is done. `always` and `everysec` are Redis's appendfsync. */
import type { Fault, Strike } from './fault.ts'
import { cut, resets, silent, slow } from './network.ts'
import { clockOf, frozen, killed, restarted, restartedInto, together } from './processes.ts'
import {
  dataFull,
  diskFull,
  powerCut,
  serverFrozen,
  serverKilled,
  serverRestarted,
  slowAppends,
  slowCommits,
} from './servers.ts'

export type { Fault } from './fault.ts'

type More = Partial<Omit<Fault, 'name' | 'kind' | 'seconds' | 'strike'>>
const fault = (kind: string, name: string, seconds: number, strike: Strike, more: More = {}): Fault => ({
  ...{ kind, name, seconds, strike, queue: 'up' },
  ...more,
})
const away = { queue: 'away' } as const
const short = { short: true } as const
const disk = { needs: 'disk' } as const

const each = ['tracker-1', 'api', 'send-1', 'record-1', 'upkeep-1'] as const

const always: readonly Fault[] = [
  ...each.map((name) => fault('kill -9', `${name} killed`, 2, killed(name), name === 'record-1' ? short : {})),
  fault('kill -9', 'both send killed', 2, together(killed('send-1'), killed('send-2')), short),
  fault('kill -9', 'both upkeep killed', 3, together(killed('upkeep-1'), killed('upkeep-2'))),
  ...each.map((name) => fault('SIGSTOP', `${name} frozen`, 12, frozen(name))),
  fault('SIGSTOP', 'both record frozen', 12, together(frozen('record-1'), frozen('record-2'))),
  ...each.map((name) => fault('SIGTERM', `${name} restarted`, 1, restarted(name), name === 'tracker-1' ? short : {})),
  fault('kill -9 of Redis', 'Redis killed', 3, serverKilled('redis'), { ...away, ...short }),
  fault('SIGSTOP of Redis', 'Redis frozen', 12, serverFrozen('redis'), away),
  fault('SIGSTOP of Redis', 'Redis frozen briefly', 3, serverFrozen('redis'), { ...away, ...short }),
  fault('restart of Redis', 'Redis restarted', 1, serverRestarted('redis'), away),
  fault('kill -9 of PostgreSQL', 'PostgreSQL killed', 3, serverKilled('postgres'), short),
  fault('SIGSTOP of PostgreSQL', 'PostgreSQL frozen', 12, serverFrozen('postgres')),
  fault('restart of PostgreSQL', 'PostgreSQL restarted', 1, serverRestarted('postgres')),
  fault('network cut', 'one tracker cut from Redis', 5, cut('tracker-1>redis'), { ...away, ...short }),
  fault('network cut', 'all trackers cut from Redis', 5, cut('tracker>redis'), away),
  fault('network cut', 'record cut from PostgreSQL', 5, cut('record>postgres')),
  fault('network cut', 'send cut from its mail server', 4, cut('send>sink')),
  fault('network cut', 'send cut from PostgreSQL', 4, cut('send>postgres')),
  fault('network cut', 'api cut from PostgreSQL', 5, cut('api>postgres')),
  fault('half-open', 'trackers in silence with Redis', 10, silent('tracker>redis'), away),
  fault('half-open', 'record in silence with PostgreSQL', 10, silent('record>postgres')),
  fault('half-open', 'send in silence with its mail server', 8, silent('send>sink')),
  fault('half-open', 'record in silence with Redis', 4, silent('record>redis'), short),
  fault('reset', 'connections to PostgreSQL reset', 4, resets('>postgres'), short),
  fault('reset', 'connections to the mail server reset', 4, resets('send>sink')),
  fault('reset', 'connections to Redis reset', 4, resets('>redis'), away),
  fault('latency', 'Redis 200 ms away', 6, slow('>redis', 100), away),
  fault('latency', 'PostgreSQL 200 ms away', 5, slow('>postgres', 100), short),
  fault('latency', 'mail server 200 ms away', 4, slow('send>sink', 100)),
  fault('full disk', 'disk of PostgreSQL full', 5, diskFull('postgres'), { ...disk, ...short }),
  fault('full disk', 'disk of Redis full', 4, diskFull('redis'), { ...away, ...disk }),
  fault('full disk', 'data folders full', 5, dataFull, disk),
  fault('clock step', 'a tracker an hour ahead', 3, clockOf('tracker-1', '+PT1H')),
  fault('clock step', 'record an hour behind', 3, clockOf('record-1', '-PT1H')),
  fault('clock step', 'send an hour ahead', 3, clockOf('send-1', '+PT1H')),
  fault('clock step', 'upkeep an hour ahead', 6, clockOf('upkeep-1', '+PT1H')),
  fault('clock step', 'api half a minute ahead', 3, clockOf('api', '+PT30S')),
  fault('slow disk', 'commits of PostgreSQL wait 100 ms', 6, slowCommits),
  fault('slow disk', 'appends of Redis wait 150 ms', 4, slowAppends, { ...away, ...short }),
  fault('two at once', 'tracker and PostgreSQL killed', 3, together(serverKilled('postgres'), killed('tracker-2'))),
  fault('two at once', 'record and Redis killed', 3, together(serverKilled('redis'), killed('record-2')), away),
  fault(
    'two at once',
    'a tracker restarted while it is cut from Redis',
    3,
    restartedInto('tracker-1', cut('tracker-1>redis')),
    { ...away, ...short },
  ),
  fault('two at once', 'api and send killed', 2, together(killed('api'), killed('send-2'))),
]

const second = { ...away, forgets: 1000 } as const

/** What differs when Redis syncs once a second. */
const everysec: readonly Fault[] = [
  fault('kill -9 of Redis', 'Redis killed', 3, serverKilled('redis'), second),
  fault('power cut of Redis', 'power of Redis cut', 3, powerCut, { ...second, ...short }),
  // What is recorded already is not forgotten: only with nobody recording does the last second lie in Redis alone.
  fault('power cut of Redis', 'power of Redis cut while nobody records', 3, powerCut, {
    ...second,
    before: together(killed('record-1'), killed('record-2')),
  }),
  fault('kill -9', 'tracker-1 killed', 2, killed('tracker-1')),
  fault('power cut of Redis', 'power of Redis cut, record killed', 3, together(powerCut, killed('record-1')), second),
  fault('SIGSTOP of Redis', 'Redis frozen', 5, serverFrozen('redis'), away),
]

export const table: Readonly<Record<'always' | 'everysec', readonly Fault[]>> = { always, everysec }
