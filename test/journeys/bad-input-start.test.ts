import { chmodSync, copyFileSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Environment, environment, folder, freePort, run, startLethe, until } from './lethe.ts'
import { openSink } from './sink.ts'

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64')

/** What `lethe up` says when it does not start; it is stopped again, and the test fails, if it does. */
async function refusal(env: Environment): Promise<string> {
  const lethe = await startLethe(env).catch((error: Error) => error.message)
  if (typeof lethe === 'string') return lethe
  await lethe.stop()
  return 'it started'
}

/** A sentence, its code in brackets, and an indented next step: what a newcomer reads. */
const saying = (code: string, next: RegExp) =>
  expect.stringMatching(new RegExp(`\\(1\\): [\\s\\S]*lethe: [A-Z].+\\. \\[${code}\\]\\n {7}.*${next.source}`))

describe('a start that cannot be', () => {
  const codesOf = (err: string): readonly string[] =>
    [...err.matchAll(/^lethe: .+ \[(\w+)\]\n {7}[A-Z].+\.$/gm)].map(([, code]) => code!).sort()

  it('says everything that is wrong in one go, each with its next step, and exits 1', async () => {
    const settings = { LETHE_SMTP: 'pigeon://coo', LETHE_POLICY: 'strickt', LETHE_CLOCK: 'yesterday' }
    const more = { LETHE_KEYS: 'k1:short', LETHE_PUBLIC_URL: 'http://mail.example.org' }
    const { code, out, err } = await run(['up', '--roles', 'cook'], { ...(await environment(settings)), ...more })
    expect([code, out]).toEqual([1, ''])
    expect(codesOf(err)).toEqual([...Array(4).fill('config_invalid'), 'keys_malformed', 'policy_unknown'])
    expect(err.trim().split('\n'), 'and nothing else').toHaveLength(12)
  })

  it('says so of a host outside the processors, and of open slots off loopback', async () => {
    const settings = { LETHE_SMTP: 'smtp://relay.example.net', LETHE_PUBLIC_URL: 'https://mail.example.org' }
    const { code, err } = await run(['up'], await environment(settings))
    expect([code, codesOf(err)]).toEqual([1, ['processor_undeclared', 'slot_unfilled']])
  })

  it('names the line of a policy that does not compile', async () => {
    const path = join(folder(), 'mine.yaml')
    writeFileSync(path, 'policy: mine\nextends: strict\nsurprise: 1\n')
    const { code, err } = await run(['up'], await environment({ LETHE_POLICY: path }))
    expect([code, codesOf(err)]).toEqual([1, ['policy_invalid']])
    expect(err).toContain('line 3, column 1')
  })
})

describe('a data folder with mail in it', () => {
  const keys = `k1:${key(7)}`
  let env: Environment
  let sink: Awaited<ReturnType<typeof openSink>>
  let message = ''
  const file = (name: string): string => join(env.LETHE_DATA, name)

  beforeAll(async () => {
    sink = await openSink()
    env = await environment({ LETHE_KEYS: keys, LETHE_SMTP: sink.url })
    // Accepted and not sent: what must still be there after everything below.
    const lethe = await startLethe({ ...env, ...{ LETHE_ROLES: 'tracker,api,record,upkeep' } })
    const mail = { to: { email: 'kept@x.example' }, subject: 'Kept', text: 'Hello', purpose: 'deliver' }
    const { json } = await lethe.call<{ id: string }>('POST', '/v1/messages', mail)
    message = json.id
    const other = { ...env, LETHE_API: `127.0.0.1:${await freePort()}`, LETHE_TRACKER: `127.0.0.1:${await freePort()}` }
    expect(await refusal(other), 'a second process').toEqual(saying('data_locked', /LETHE_DATA/))
    expect((await run(['purge'], other)).err, 'a command that finds no API there').toContain('[data_locked]')
    expect(await lethe.stop()).toBe(0)
  }, 120_000)
  afterAll(() => sink.close())

  it('is left free by a start whose port is taken, and the variable is named', async () => {
    const port = await freePort()
    const taken = net.createServer((socket) => socket.destroy()).listen(port, '127.0.0.1')
    for (const name of ['LETHE_TRACKER', 'LETHE_API']) {
      expect(await refusal({ ...env, [name]: `127.0.0.1:${port}` })).toEqual(saying('port_in_use', new RegExp(name)))
    }
    await new Promise((resolve) => taken.close(resolve))
  }, 240_000)

  it('does not open under another key', async () => {
    const other = { ...env, ...{ LETHE_KEYS: `k1:${key(8)}` } }
    expect(await refusal(other)).toEqual(saying('keys_wrong', /LETHE_KEYS/))
  })

  it('does not open, and makes no new key, when its key is lost', async () => {
    const { LETHE_KEYS: _lost, ...without } = { LETHE_KEYS: keys, ...env }
    expect(await refusal(without)).toEqual(saying('keys_lost', /backup/))
    expect(existsSync(file('keys'))).toBe(false)
  })

  it.each([
    ['keys.db', 'keys_wrong', /keys\.db/],
    ['epochs', 'keys_wrong', /epochs/],
    ['lethe.db', 'store_gone', /LETHE_STORE/],
  ])('does not open when its %s is gone', async (name, code, next) => {
    renameSync(file(name), file('aside'))
    expect(await refusal(env)).toEqual(saying(code, next))
    renameSync(file('aside'), file(name))
  })

  it.each([
    ['lethe.db', 'store_corrupt', /backup/],
    ['keys.db', 'store_corrupt', /backup/],
    ['epochs', 'keys_wrong', /epochs/],
  ])('does not open when its %s is damaged', async (name, code, next) => {
    copyFileSync(file(name), file('aside'))
    const bytes = readFileSync(file(name))
    writeFileSync(file(name), Buffer.alloc(bytes.length, 0x2a))
    expect(await refusal(env)).toEqual(saying(code, next))
    renameSync(file('aside'), file(name))
  })

  it('does not open when its store is cut in half', async () => {
    copyFileSync(file('lethe.db'), file('aside'))
    const bytes = readFileSync(file('lethe.db'))
    writeFileSync(file('lethe.db'), bytes.subarray(0, bytes.length >> 1))
    expect(await refusal(env)).toEqual(saying('store_corrupt', /backup/))
    renameSync(file('aside'), file('lethe.db'))
  })

  it('does not open while another program holds its store', async () => {
    const holder = new Driver(file('lethe.db'))
    holder.exec('BEGIN EXCLUSIVE')
    expect(await refusal(env)).toEqual(saying('store_locked', /other process/))
    holder.close()
  })

  it('does not open when its queue is damaged, and says what a new one would cost', async () => {
    renameSync(file('queue'), file('aside'))
    cpSync(file('aside'), file('queue'), { recursive: true })
    writeFileSync(file('queue/global/pg_control'), Buffer.alloc(8192))
    expect(await refusal(env)).toEqual(saying('queue_broken', /backup/))
    rmSync(file('queue'), { recursive: true })
    renameSync(file('aside'), file('queue'))
  })

  it('has lost nothing by all that: its mail goes out, once', async () => {
    chmodSync(env.LETHE_DATA, 0o755)
    const lethe = await startLethe(env)
    await until(() => sink.mails.length > 0)
    await until(async () => (await lethe.call('GET', `/v1/messages/${message}`)).json.status === 'sent')
    expect(sink.mails.map(({ to }) => to)).toEqual(['kept@x.example'])
    expect((await lethe.call('GET', `/v1/messages/${message}`)).json.status).toBe('sent')
    expect(await lethe.stop()).toBe(0)
  })
})
