import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { type Environment, environment, run, startLethe, until } from './lethe.ts'
import { openSink } from './sink.ts'

/** Processes that were started for this data folder and are still there. */
const alive = (env: Environment): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`LETHE_DATA=${env.LETHE_DATA}\0`)
    } catch {
      return false // ended meanwhile
    }
  })

const listening = (at: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = at.split(':')
    const socket = net.connect(Number(port), host, () => resolve(true)).on('error', () => resolve(false))
    socket.setTimeout(1_000, () => resolve(false))
  })

/** `npm run -s lethe -- up` in a process group of its own, as a terminal would start it. */
async function npmUp(env: Environment) {
  const child = spawn('npm', ['run', '-s', 'lethe', '--', 'up'], {
    cwd: packageRoot(),
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'ignore',
  })
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal))
  })
  const ready = () =>
    fetch(`http://${env.LETHE_API}/readyz`)
      .then(({ ok }) => ok)
      .catch(() => false)
  expect(await until(ready, 60)).toBe(true)
  return { pid: child.pid ?? 0, ended }
}

describe('a stop in the middle of the work', () => {
  it('at a second signal, with connections that say nothing, drains and exits 0; the next start does the rest', async () => {
    const sink = await openSink({ delay: 10 })
    const env = await environment({ LETHE_SMTP: sink.url })
    const lethe = await startLethe(env)
    const campaign = { name: 'n', subject: 's', text: 't', purpose: 'deliver' }
    const { id } = (await lethe.call<{ id: string }>('POST', '/v1/campaigns', campaign)).json
    const everyone = Array.from({ length: 1_000 }, (_, at) => `r${at}@x.example`)
    await lethe.call('POST', `/v1/campaigns/${id}/recipients`, ['email', ...everyone].join('\n'))
    await lethe.call('POST', `/v1/campaigns/${id}/start`)
    const mute = [env.LETHE_TRACKER, env.LETHE_API].map((at) => {
      const [host, port] = at.split(':')
      const socket = net.connect(Number(port), host, () =>
        socket.write('POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n'),
      )
      return socket.on('error', () => {})
    })
    await until(() => sink.mails.length > 50)
    const stopping = lethe.stop()
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.kill(lethe.pid, 'SIGTERM')
    process.kill(lethe.pid, 'SIGINT')
    expect(await stopping).toBe(0)
    expect(alive(env)).toEqual([])
    expect(lethe.log()).not.toMatch(/"level":"error"|defect/)
    const atStop = sink.mails.length
    expect(atStop).toBeLessThan(1_000)
    for (const socket of mute) socket.destroy()

    const next = await startLethe(env)
    const counts = async () =>
      (await next.call<{ counts: Record<string, number> }>('GET', `/v1/campaigns/${id}`)).json.counts
    await until(async () => (await counts()).queued === 0, 60)
    expect(await counts()).toMatchObject({ recipients: 1_000, sent: 1_000, uncertain: 0, failed: 0 })
    expect(sink.mails.map(({ to }) => to).sort()).toEqual([...everyone].sort())
    expect(await next.stop()).toBe(0)
    await sink.close()
  }, 180_000)

  it.each([
    ['SIGTERM to npm, twice', (pid: number) => [pid, pid], 'SIGTERM'],
    ['Ctrl-C, to npm and to Lethe at once', (pid: number) => [-pid], 'SIGINT'],
  ] as const)(
    'through npm leaves nothing behind: %s',
    async (_what, whom, signal) => {
      const env = await environment()
      const { pid, ended } = await npmUp(env)
      expect(alive(env).length, 'the search can see').toBeGreaterThan(0)
      for (const each of whom(pid)) {
        try {
          process.kill(each, signal)
        } catch {} // an idle Lethe may have stopped, and npm with it, before the second signal
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      // npm passes signals on only while its child lives: one that comes just after ends npm itself.
      expect([0, signal]).toContain(await ended)
      await until(() => alive(env).length === 0, 10)
      expect(alive(env)).toEqual([])
      expect([await listening(env.LETHE_TRACKER), await listening(env.LETHE_API)]).toEqual([false, false])
      const { code, err } = await run(['purge', '--dry-run'], env)
      expect([code, err], 'the folder is free').toEqual([0, ''])
    },
    120_000,
  )
})
