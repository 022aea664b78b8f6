import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { lethe } from './lethe.ts'

beforeEach(() => {
  // The commands read the process's own environment; a port where nobody listens, and nothing of this machine's settings.
  for (const name of Object.keys(process.env)) if (name.startsWith('LETHE_')) delete process.env[name]
  process.env.LETHE_DATA = join(mkdtempSync(join(tmpdir(), 'lethe-cli-')), 'data')
  process.env.LETHE_API = '127.0.0.1:9'
})

const overview = (await lethe('--help')).out
const names = [...overview.matchAll(/^ {2}lethe ([a-z-]+(?: [a-z]+)?) {2,}\S/gm)].map(([, name]) => name!)
const groups = [...new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]!))]

describe('the command line', () => {
  it('lists its commands in lines of one sentence, and asked for nothing says so with exit 2', async () => {
    expect(names).toEqual(expect.arrayContaining(['up', 'send campaign', 'policy check', 'purge', 'audit']))
    for (const line of overview.split('\n')) expect(line.length).toBeLessThanOrEqual(150)
    expect(await lethe()).toEqual({ code: 2, out: overview, err: '' })
    for (const word of ['help', '-h']) expect(await lethe(word)).toEqual({ code: 0, out: overview, err: '' })
  })

  it.each(names)('explains `lethe %s --help` with each of its options', async (name) => {
    const { code, out, err } = await lethe(...name.split(' '), '--help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`lethe ${name}`)
    expect(out).toContain('--json')
    for (const line of out.split('\n').filter((each) => each.startsWith('  --'))) expect(line).toMatch(/ {3}\S/)
  })

  it.each(names)('meets a wrong flag of `lethe %s` with exit 2 and the way to its help', async (name) => {
    const { code, out, err } = await lethe(...name.split(' '), '--no-such-flag')
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('--no-such-flag is not used like this. [usage]')
    expect(err).toContain(`Run lethe ${name} --help`)
  })

  it.each(groups)('lists the commands of `lethe %s`', async (group) => {
    const asked = await lethe(group, '--help')
    expect(asked.code).toBe(0)
    for (const name of names.filter((each) => each.startsWith(`${group} `))) expect(asked.out).toContain(name)
    expect(await lethe(group)).toEqual({ ...asked, code: 2 })
    const wrong = await lethe(group, 'nosuch')
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining(`no command "${group} nosuch"`) })
  })

  it.each([
    ['a word of a command', ['polcy', 'check'], 'Did you mean lethe policy check? Run'],
    ['the first word alone', ['adit'], 'Did you mean lethe audit? Run'],
    ['the second word', ['subject', 'ersae'], 'Did you mean lethe subject erase? Run'],
    ['a flag', ['send', 'campaign', '--nmae', 'x'], 'Did you mean --name? Run'],
    ['a shipped policy', ['policy', 'check', 'strickt'], 'Did you mean "strict"?'],
  ])('says what was meant by a slip in %s', async (_what, words, hint) => {
    expect((await lethe(...words)).err).toContain(hint)
  })

  it.each([
    ['an unknown command', ['cook'], 'There is no command "cook".'],
    ['a flag without its command', ['--wait'], 'There is no command of this name.'],
    ['a value that is missing', ['up', '--roles'], '--roles is not used like this.'],
    ['a value where none is taken', ['purge', '--dry-run=yes'], '--dry-run is not used like this.'],
    ['a word too many', ['up', 'now'], 'This is more than the command takes.'],
    ['an option that is needed', ['send', 'campaign', '--subject', 's'], '--html is needed.'],
    ['two policies', ['policy', 'check', 'strict', 'mailerplex'], 'One policy at a time.'],
    ['a form that there is not', ['policy', 'notice', '--format', 'pdf'], '--format is markdown or html.'],
  ])('meets %s with exit 2 and a sentence', async (_what, words, sentence) => {
    const { code, err } = await lethe(...words)
    expect(code).toBe(2)
    expect(err).toContain(sentence)
    expect(err).toMatch(/Run lethe [a-z ]*--help for/)
  })

  it('says the same in JSON for machines', async () => {
    for (const words of [['cook'], ['up', '--bogus']]) {
      const { code, out, err } = await lethe(...words, '--json')
      expect([code, err]).toEqual([2, ''])
      expect(JSON.parse(out).faults).toEqual([
        { code: 'usage', message: expect.any(String), next: expect.stringContaining('--help') },
      ])
    }
  })

  it('never says back an address that stands in a wrong place', async () => {
    for (const words of [['ada@x.example'], ['subject', 'ada@x.example'], ['subject', 'erase', 'ada@x.example']]) {
      const { code, out, err } = await lethe(...words)
      expect(code).toBe(2)
      expect(out + err).not.toContain('ada@')
    }
  })

  it('meets every wrong setting of the environment at once, with exit 1', async () => {
    Object.assign(process.env, { LETHE_POLICY: 'nosuch', LETHE_KEYS: 'x', LETHE_ROLES: 'cook', LETHE_SMTP: 'x' })
    const { code, err } = await lethe('up')
    expect(code).toBe(1)
    const sentences = err.split('\n').filter((line) => line.startsWith('lethe: '))
    expect(sentences).toHaveLength(5)
    expect(err.split('\n').filter((line) => /^ {7}[A-Z].*\.$/.test(line))).toHaveLength(5)
  })

  it('warns of what is most likely a slip in the settings, and stops nothing for that', async () => {
    Object.assign(process.env, { LETHE_SMPT: 'smtp://x', LETHE_TRACKER: '127.0.0.1:18290', LETHE_POLICY: 'nosuch' })
    const { code, err } = await lethe('up')
    expect(code).toBe(1)
    expect(err).toContain(
      'lethe: warning: There is no setting LETHE_SMPT, and nothing reads it. [setting_unknown]\n       Did',
    )
    expect(err).toContain(
      'LETHE_TRACKER listens on 127.0.0.1:18290. [public_url_elsewhere]\n       Set LETHE_PUBLIC_URL',
    )
    expect((await lethe('policy', 'check', 'strict')).err).toBe('')
    const { out } = await lethe('doctor')
    expect(out).toContain('settings: Did you mean LETHE_SMTP?')
  })

  it('says that nobody is up, and how to start', async () => {
    const words = [
      '--name',
      'n',
      '--subject',
      's',
      '--html',
      import.meta.filename,
      '--recipients',
      import.meta.filename,
    ]
    const sent = await lethe('send', 'campaign', ...words)
    expect(sent).toMatchObject({ code: 1, err: expect.stringContaining('[up_unreachable]') })
    expect(sent.err).toContain('Start it with lethe up')
  })

  it('meets a file that is not there before it asks anybody', async () => {
    const words = ['--name', 'n', '--subject', 's', '--html', '/nowhere.html', '--recipients', '/nowhere.csv']
    expect(await lethe('send', 'campaign', ...words)).toMatchObject({
      code: 1,
      err: expect.stringContaining('[file_missing]'),
    })
  })
})
