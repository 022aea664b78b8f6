/**
 * The main job from end to end, on nothing but Node: starts Lethe on a folder of its own, sends the newsletter beside this
 * file to the people in recipients.csv over real SMTP into the built-in mailbox, reads and clicks as they would over real
 * HTTP, shows the report, proves the promises, and rehearses the day on which all of it is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'lethe-demo-'))
const keys = mkdtempSync(join(tmpdir(), 'lethe-demo-keys-'))
const [trackerPort, apiPort] = await freePorts()
const env = {
  ...process.env,
  LETHE_DATA: data,
  LETHE_POLICY: 'strict',
  LETHE_SMTP: 'capture:',
  LETHE_TRACKER: `127.0.0.1:${trackerPort}`,
  LETHE_API: `127.0.0.1:${apiPort}`,
  LETHE_PUBLIC_URL: `http://127.0.0.1:${trackerPort}`,
  LETHE_API_KEY: randomBytes(24).toString('base64url'),
  // Keys apart from the data, so that the audit can prove that a backup of the data opens nothing.
  LETHE_KEYS: `demo:${randomBytes(32).toString('base64')}`,
  LETHE_EPOCHS: join(keys, 'epochs'),
  LETHE_LOG: join(data, 'lethe.log'),
}
// Only a folder that says so may be purged under a shifted clock.
writeFileSync(join(data, 'rehearsal'), 'made by the demo\n')

interface Mail {
  readonly to: string
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
}

interface Report {
  readonly k: number
  readonly step: number
  readonly machines: { readonly opens: number | null }
  readonly events: readonly {
    readonly kind: string
    readonly link: number
    readonly people: number | null
    readonly count: number | null
  }[]
}

const people = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
]

let up: ChildProcess | undefined
try {
  await main()
} catch (error) {
  console.error(`\n  ✗ ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  up?.kill('SIGKILL')
  for (const folder of [data, keys]) rmSync(folder, { recursive: true, force: true })
}

async function main(): Promise<void> {
  say('Lethe, email that forgets. This demo needs nothing but Node and leaves nothing behind.\n')

  step('Starting Lethe: one process, SQLite, an embedded queue, policy "strict"')
  up = spawn(process.execPath, ['src/cli/lethe.ts', 'up'], { cwd: dirname(here), env, stdio: 'inherit' })
  await ready()
  done(`public side ${env.LETHE_PUBLIC_URL}, private API http://${env.LETHE_API}`)

  step('Sending examples/newsletter.html to everyone in examples/recipients.csv')
  const sent = await lethe<{
    id: string
    uploaded: { accepted: number; duplicates: number; faults: { line: number; code: string }[] }
    counts: Record<string, number>
  }>([
    ...['send', 'campaign', '--name', 'Harbour Letter', '--subject', 'Harbour Letter for {{name}}', '--wait'],
    ...['--html', join(here, 'newsletter.html'), '--recipients', join(here, 'recipients.csv')],
  ])
  const { accepted, duplicates, faults } = sent.uploaded
  for (const { line, code } of faults) note(`line ${line} of the CSV left out: ${code}`)
  note(`${duplicates} line repeats an address (the case of its letters does not matter) and gets no second mail`)
  const { mails } = await api<{ mails: Mail[] }>('GET', '/v1/mailbox')
  check(mails.length === accepted, `${mails.length} mails in the mailbox, ${accepted} recipients accepted`)

  step('Reading the mails as their readers would')
  const pixel = new RegExp(`${env.LETHE_PUBLIC_URL}/o/[\\w-]+`)
  const link = new RegExp(`${env.LETHE_PUBLIC_URL}/c/[\\w-]+`, 'g')
  const tracked = mails.filter(({ html }) => pixel.test(html ?? ''))
  note(`${tracked.length} people said that Lethe may count: their mail carries a pixel and sealed links`)
  note(`${mails.length - tracked.length} did not: their mail left with the original links and no pixel`)
  let [opens, clicks] = [0, 0]
  for (const [index, { html }] of tracked.entries()) {
    const headers = { 'user-agent': people[index % people.length]! }
    await fetch(pixel.exec(html!)![0], { headers })
    opens += 1
    for (const url of html!.match(link)!.slice(0, 1 + (index % 3))) {
      const answer = await fetch(url, { headers, redirect: 'manual' })
      if (answer.status !== 302 || !answer.headers.get('location')?.startsWith('https://harbour.example/')) {
        throw new Error('A click did not lead where its author sent it.')
      }
      clicks += 1
    }
  }
  const counts = await settled(sent.id, opens, clicks)
  check(counts.opens === opens, `${opens} opens made, ${counts.opens} recorded`)
  check(
    counts.clicks === clicks,
    `${clicks} clicks made, ${counts.clicks} recorded, each redirected to where it should go`,
  )

  step('The report of the campaign')
  const report = await api<Report>('GET', `/v1/campaigns/${sent.id}/report`)
  const { k, step: steps, machines } = report
  note(`people, and how often they opened or clicked: from ${k} people up, in steps of ${steps}, so that no look at it`)
  note('tells of anyone; whoever comes back ten times changes nothing')
  for (const { kind, link: ordinal, people: readers, count } of report.events) {
    const name = kind === 'open' ? 'opens' : ordinal ? `clicks on link ${ordinal}` : 'clicks'
    const figure =
      readers === null ? 'too few to show' : `${'▇'.repeat(readers)} at least ${readers} people, ${count} times`
    say(`      ${name.padEnd(18)} ${figure}`)
  }
  say(`      ${'opens by machines'.padEnd(18)} ${machines.opens ?? 'too few to show'}`)

  await certificates()

  step('Proving the promises on the live stores')
  await audited(env)

  step('Rehearsing: stopping Lethe and purging as if it were 90 days later')
  up.kill('SIGTERM')
  await new Promise((resolve) => up?.once('exit', resolve))
  const later = { ...env, LETHE_CLOCK: '+P90D' }
  const purged = await lethe<{ state: string; purged: { what: string; count: number }[] }>(['purge'], later)
  for (const { what, count } of purged.purged.filter((each) => each.count > 0)) note(`${what}: ${count} removed`)
  const gone = purged.purged.find(({ what }) => what === 'events')?.count
  check(purged.state === 'purged' && gone === opens + clicks, 'no event is older than the policy allows')
  await audited(later)
  say('\n  Done. The mail was sent, the counts were kept, and the people in them are forgotten.\n')
}

/** A batch of certificates: each is drawn when its mail is composed, and its code confirms a holder that nobody stored. */
async function certificates(): Promise<void> {
  step('Sending a certificate to everyone in examples/certificates.csv')
  const { accepted } = await lethe<{ accepted: number }>([
    ...['send', 'certificates', '--wait', '--template', join(here, 'certificate')],
    ...['--recipients', join(here, 'certificates.csv')],
  ])
  const [, ...people] = readFileSync(join(here, 'certificates.csv'), 'utf8').trim().split('\n')
  let confirmed = 0
  for (const line of people) {
    const [address, name] = line.split(',') as [string, string, string]
    const { mails } = await api<{ mails: Mail[] }>('GET', `/v1/mailbox?to=${encodeURIComponent(address)}`)
    const page = /https?:\/\/\S+\/v\/[\w-]+/.exec(mails.at(-1)?.text ?? '')?.[0] ?? ''
    if (await confirms(page, name)) confirmed += 1
    if (await confirms(page, 'Somebody Else')) throw new Error('A certificate was confirmed to a wrong name.')
  }
  note('names in Latin, Arabic, Devanagari, Han and with emoji; a PDF each, attached and kept nowhere')
  check(confirmed === accepted && accepted === people.length, `${accepted} sent, ${confirmed} confirmed by their codes`)
}

async function confirms(page: string, name: string): Promise<boolean> {
  const answer = await fetch(page, { method: 'POST', body: new URLSearchParams({ name }) })
  return (await answer.text()).includes('Yes, this is the holder')
}

async function audited(environment: NodeJS.ProcessEnv): Promise<void> {
  const audit = await lethe<{ result: string; findings: { check: string; result: string; detail: string }[] }>(
    ['audit'],
    environment,
  )
  for (const each of audit.findings) say(`      ${each.result.padEnd(9)} ${each.check} (${each.detail})`)
  const broken = audit.findings.filter(({ result }) => result !== 'proved').map((each) => each.check)
  const said = broken.length === 0 ? 'every one proved' : `and not proved: ${broken.join(', ')}`
  check(audit.result === 'proved', `audit: ${audit.findings.length} promises, ${said}`)
}

/** Waits until the recorded events have reached the store. */
async function settled(id: string, opens: number, clicks: number): Promise<Record<string, number>> {
  for (let tries = 0; ; tries++) {
    const { counts } = await api<{ counts: Record<string, number> }>('GET', `/v1/campaigns/${id}`)
    if ((counts.opens === opens && counts.clicks === clicks) || tries > 100) return counts
    await sleep(100)
  }
}

/** One command of the CLI, as JSON. */
function lethe<T>(words: readonly string[], environment: NodeJS.ProcessEnv = env): Promise<T> {
  const child = spawn(process.execPath, ['src/cli/lethe.ts', ...words, '--json'], {
    cwd: dirname(here),
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk) => (out += chunk))
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (out.startsWith('{')) resolve(JSON.parse(out) as T)
      else reject(new Error(`lethe ${words[0]} ended with ${code}.`))
    })
  })
}

async function api<T>(method: string, path: string): Promise<T> {
  const response = await fetch(`http://${env.LETHE_API}${path}`, {
    method,
    headers: { authorization: `Bearer ${env.LETHE_API_KEY}` },
  })
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}.`)
  return (await response.json()) as T
}

async function ready(): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (up?.exitCode !== null && up?.exitCode !== undefined) throw new Error('Lethe did not start.')
    if (
      await fetch(`http://${env.LETHE_API}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await sleep(100)
  }
  throw new Error('Lethe was not ready within a minute.')
}

async function freePorts(): Promise<[number, number]> {
  const servers = [net.createServer(), net.createServer()]
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port) // a TCP server's address is an object
  for (const server of servers) server.close()
  return [ports[0]!, ports[1]!]
}

function say(text: string): void {
  console.log(text)
}

function step(text: string): void {
  say(`\n  ${text}`)
}

function note(text: string): void {
  say(`      ${text}`)
}

function done(text: string): void {
  say(`    ✓ ${text}`)
}

function check(holds: boolean, text: string): void {
  if (!holds) throw new Error(`This should hold and does not: ${text}`)
  done(text)
}
