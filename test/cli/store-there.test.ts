import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'

let data: string

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('LETHE_')) delete process.env[name]
  data = join(mkdtempSync(join(tmpdir(), 'lethe-cli-')), 'data')
  process.env.LETHE_DATA = data
  process.env.LETHE_API = '127.0.0.1:9' // nobody listens there
})

async function lethe(words: readonly string[], input = '') {
  let [out, err] = ['', '']
  const code = await main(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    input: (async function* () {
      yield input
    })(),
    interactive: false,
  })
  return { code, out, err }
}

const evidence = ['--at', '2026-01-31T12:00:00Z', '--source', 'form', '--wording', 'yes']
const commands: readonly (readonly string[])[] = [
  ['audit'],
  ['audit', '--canary'],
  ['audit', '--verify', join(import.meta.dirname, '../../package.json')],
  ['purge'],
  ['purge', '--dry-run'],
  ['subject', 'export'],
  ['subject', 'erase'],
  ['why', 'AAAAAAAAAAAAAAAAAAAAAA'],
  ['report', 'AAAAAAAAAAAAAAAAAAAAAA'],
  ['suppression', 'list'],
  ['suppression', 'import'],
  ['suppression', 'lift', ...evidence],
  ['api-key', 'list'],
  ['api-key', 'create', '--name', 'shop', '--scopes', 'send'],
  ['keys', 'rotate'],
  ['restore-check'],
  ['migrate'],
]

describe('a command without a store', () => {
  const named = commands.map((words) => ({ line: words.slice(0, 2).join(' '), words }))
  it.each(named)('refuses a folder that is not there, and makes none: lethe $line', async ({ words }) => {
    const { code, out, err } = await lethe(words, 'ada@people.example\n')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`lethe: The data folder ${data} is not there. [store_missing]\n       Set LETHE_DATA`)
    expect(existsSync(data)).toBe(false)
  })

  it('refuses a folder of other things, and puts nothing into it', async () => {
    mkdirSync(data)
    writeFileSync(join(data, 'notes.txt'), 'mine')
    const { code, err } = await lethe(['audit'])
    expect([code, err]).toEqual([1, expect.stringContaining(`The data folder ${data} holds no store. [store_missing]`)])
    expect(readdirSync(data)).toEqual(['notes.txt'])
  })

  it('tells a store whose file is gone from one that never was', async () => {
    mkdirSync(data)
    writeFileSync(join(data, 'keys.db'), '')
    expect((await lethe(['audit'])).err).not.toContain('[store_missing]')
  })
})
