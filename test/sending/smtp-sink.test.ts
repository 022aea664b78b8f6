import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort, until } from '../journeys/lethe.ts'
import { openScene } from './scene.ts'

const path = ['/usr/sbin/smtp-sink', '/usr/bin/smtp-sink'].find((each) => existsSync(each))
if (!path) console.log('smtp-sink: not installed (Debian: postfix); our own misbehaving servers are tried alone')

const relation = 'campaign_consent_at,campaign_consent_source,campaign_consent_wording'
const html = '<p>Hi</p><a href="{{unsubscribe_url}}">u</a><a href="{{rights_url}}">r</a>'
const people = 120

/** What Postfix's test server can be told to do wrong, one after the other; at last it is told nothing. */
const moods: readonly (readonly [string, readonly string[]])[] = [
  ['refuses connections for now', ['-r', 'connect']],
  ['hangs up at MAIL', ['-q', 'mail']],
  ['refuses MAIL for now', ['-r', 'mail']],
  ['hangs up at RCPT', ['-q', 'rcpt']],
  ['refuses RCPT for now', ['-r', 'rcpt']],
  ['hangs up at DATA', ['-q', 'data']],
  ['refuses DATA for now', ['-r', 'data']],
  ['refuses the content for now', ['-r', '.']],
  ['knows no ESMTP', ['-e']],
  ['takes it', []],
]

describe.runIf(path || process.env.LETHE_REQUIRE_SMTP_SINK === '1')("Postfix's smtp-sink", () => {
  it('gets everybody’s mail once, whatever it did before', async () => {
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'lethe-sink-'))
    chmodSync(folder, 0o777)
    const patience = { connect: 3_000, silence: 5_000, mail: 15_000 }
    const scene = await openScene({ smtp: `smtp://127.0.0.1:${port}`, policy: 'mailerplex', patience })
    const made = await scene.call('POST', '/v1/campaigns', { name: 'c', purpose: 'campaign', subject: 'Hello', html })
    const rows = Array.from({ length: people }, (_, at) => `r${at}@d${at % 5}.example,2026-01-05,order,customer`)
    await scene.call('POST', `/v1/campaigns/${made.json.id}/recipients`, [`email,${relation}`, ...rows].join('\n'))
    await scene.call('POST', `/v1/campaigns/${made.json.id}/start`)
    const counts = async () => (await scene.call('GET', `/v1/campaigns/${made.json.id}`)).json.counts
    try {
      for (const [mood, flags] of moods) {
        const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
        // It also writes down what it then refuses: only what it takes counts.
        const takes = !flags.some((flag) => flag === '-r' || flag === '-q')
        const dump = takes ? ['-d', `${folder}/%M.`] : []
        const words = [...user, ...dump, ...flags, `127.0.0.1:${port}`, '50']
        const sink = spawn(path!, words, { stdio: 'ignore' })
        await until(() => listens(port))
        for (let round = 0; round < (flags.length ? 1 : 40) && (await counts()).queued > 0; round++) {
          await scene.work()
          scene.clock.time += 600_000
        }
        sink.kill('SIGKILL')
        await new Promise((resolve) =>
          sink.exitCode === null && sink.signalCode === null ? sink.on('exit', resolve) : resolve(null),
        )
        await until(async () => !(await listens(port)))
        if (!takes) expect((await counts()).sent, mood).toBe(0)
      }
      expect(await counts()).toMatchObject({ recipients: people, sent: people, uncertain: 0, failed: 0, bounced: 0 })
      const mails = readdirSync(folder).flatMap(
        (file) => readFileSync(join(folder, file), 'latin1').match(/^X-Rcpt-Args: <.*>/gm) ?? [],
      )
      expect([mails.length, new Set(mails).size]).toEqual([people, people])
    } finally {
      await scene.close()
    }
  }, 180_000)
})

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const say = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => say(true)).once('error', () => say(false))
  })
