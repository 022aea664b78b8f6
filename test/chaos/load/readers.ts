import http from 'node:http'
import type { Socket } from 'node:net'
import type { Book, Hit } from '../book.ts'
import type { Role } from '../house/role.ts'

export interface Readers {
  /** Hits a second from now on; 0 waits for those in hand. */
  pace(perSecond: number): void
  readonly inHand: number
  stop(): void
}

// People come in bunches, and many in one batch cost the servers of this machine less than one each.
const tick = 200
/** Readers that wait at one tracker at once; more go to the next one. */
const crowd = 200
/** A reader who got nothing by then has gone away. */
const patience = 60_000
/** No connection is used again that was idle for longer: the tracker may be closing it, and that would be nobody's fault. */
const idle = 1000

/** Opens and clicks of mails that were really sent, each once, at whichever tracker has room. */
export function newReaders(book: Book, fresh: Hit[], trackers: readonly Role[]): Readers {
  const doors = trackers.map((tracker) => ({
    tracker,
    agent: newAgent(),
    waiting: 0,
  }))
  type Door = (typeof doors)[number]
  let perSecond = 0
  let owed = 0
  let turn = 0
  let inHand = 0

  function settle(hit: Hit, fate: Hit['fate'], door: Door): void {
    if (hit.fate !== 'asked') return
    hit.took = Date.now() - hit.at
    hit.at = Date.now()
    hit.fate = fate
    hit.window = book.window
    door.waiting--
    inHand--
    if (fate === 'fresh') fresh.push(hit)
    else book.hits.push(hit)
  }

  function ask(hit: Hit, door: Door): void {
    const [host, port] = door.tracker.tracker.split(':')
    hit.fate = 'asked'
    hit.life = door.tracker.life.number
    hit.at = Date.now()
    door.waiting++
    inHand++
    const { agent } = door
    const request = http.request({ host, port, path: hit.path, agent, headers: browser }, (response) => {
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      response.on('end', () => {
        const served =
          hit.kind === 'open'
            ? response.statusCode === 200 && bytes === 43
            : response.statusCode === 302 && response.headers.location === hit.target
        settle(hit, served ? 'answered' : 'wrong', door)
      })
      response.on('error', () => settle(hit, 'unanswered', door))
    })
    request.setTimeout(patience, () => void request.destroy())
    request.on('error', (error) => {
      // Nobody was there: nothing can have been recorded, and the same hit may be made later.
      const refused = 'code' in error && error.code === 'ECONNREFUSED'
      settle(hit, refused ? 'fresh' : 'unanswered', door)
    })
    request.end()
  }

  const timer = setInterval(() => {
    owed = Math.min(owed + (perSecond * tick) / 1000, perSecond)
    // In the same turn as the requests, so that a suite that was held up itself uses no old one either.
    for (const { agent } of doors) endIdle(agent)
    while (owed >= 1 && fresh.length > 0) {
      const door = doors[++turn % doors.length]
      const other = doors[(turn + 1) % doors.length]
      const open = [door, other].find((each) => each && each.waiting < crowd && each.tracker.alive)
      if (!open) break
      // Any of them: links of one mail right behind each other are a scanner's.
      const at = Math.floor(Math.random() * fresh.length)
      const hit = fresh[at]
      const last = fresh.pop()
      if (!hit || !last) break
      if (hit !== last) fresh[at] = last
      owed--
      ask(hit, open)
    }
  }, tick)

  return {
    pace(wanted) {
      perSecond = wanted
      if (wanted === 0) owed = 0
    },
    get inHand() {
      return inHand
    },
    stop() {
      clearInterval(timer)
      for (const { agent } of doors) agent.destroy()
    },
  }
}

const freeSince = new WeakMap<Socket, number>()

function newAgent(): http.Agent {
  const agent = new http.Agent({ keepAlive: true, maxSockets: crowd })
  agent.on('free', (socket: Socket) => void freeSince.set(socket, Date.now()))
  return agent
}

function endIdle(agent: http.Agent): void {
  const until = Date.now() - idle
  for (const socket of Object.values(agent.freeSockets).flat()) {
    if (socket && (freeSince.get(socket) ?? 0) < until) socket.destroy()
  }
}

const browser = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}
