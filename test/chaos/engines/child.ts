import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const running = new Set<Child>()
process.once('exit', () => {
  for (const child of running) child.signal('SIGKILL')
})

/** A program that the suite started, with the processes that it started itself. */
export interface Child {
  readonly alive: boolean
  /** A code, or the signal that ended it; null while it runs. */
  readonly end: number | string | null
  /** What it said, the last few thousand characters. */
  readonly said: string
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<void>
}

/** The processes whose parent is `pid`; PostgreSQL's backends leave its process group. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number)

function parentOf(pid: string): number {
  try {
    // proc_pid_stat(5): behind the name in brackets come the state and the parent.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return 0
  }
}

const wholeFamily: ReadonlySet<string> = new Set(['SIGKILL', 'SIGSTOP', 'SIGCONT'])

export function startChild(command: string, words: readonly string[], options: SpawnOptions = {}): Child {
  const child: ChildProcess = spawn(command, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let end: number | string | null = null
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      said = (said + text).slice(-4000)
    })
  }
  const ended = new Promise<void>((tell) => {
    child.once('error', (error) => {
      end = error.message
      running.delete(self)
      tell()
    })
    child.once('exit', (code, signal) => {
      end = code ?? signal
      running.delete(self)
      tell()
    })
  })
  const self: Child = {
    get alive() {
      return end === null
    },
    get end() {
      return end
    },
    get said() {
      return said
    },
    ended,
    signal(name) {
      if (child.pid === undefined || end !== null) return
      const family = wholeFamily.has(name) ? childrenOf(child.pid) : []
      child.kill(name)
      for (const pid of family) {
        try {
          process.kill(pid, name)
        } catch {
          // It ended by itself meanwhile.
        }
      }
    },
  }
  running.add(self)
  return self
}
