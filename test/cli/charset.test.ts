import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'

let folder: string
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('LETHE_')) delete process.env[name]
  folder = mkdtempSync(join(tmpdir(), 'lethe-cli-'))
  process.env.LETHE_DATA = join(folder, 'data')
  process.env.LETHE_API = '127.0.0.1:9' // nobody listens there: what is wrong with a file is found before
})

async function lethe(words: readonly string[]) {
  let err = ''
  const input = (async function* () {})()
  const code = await main(words, { out: () => {}, err: (text) => (err += text), input, interactive: false })
  return { code, err }
}

function written(bytes: Buffer): string {
  const path = join(folder, 'people.csv')
  writeFileSync(path, bytes)
  return path
}

const text = 'email,name\r\na@x.example,Ada\r\nb@x.example,Jürgen Müßig\r\n'
const commands = (file: string): readonly (readonly string[])[] => [
  ['send', 'campaign', '--name', 'n', '--subject', 's', '--html', import.meta.filename, '--recipients', file],
  ['send', 'certificates', '--template', 'classic', '--recipients', file],
]

describe('a file of people on the command line', () => {
  it('that is not UTF-8 and does not say what it is goes nowhere: the line and the way out are named', async () => {
    const file = written(Buffer.from(text, 'latin1'))
    for (const words of [...commands(file), ['suppression', 'import', '--file', file]]) {
      const { code, err } = await lethe(words)
      expect([code, err]).toEqual([1, expect.stringMatching(/is not UTF-8: line 3 .*\[charset_missing\]/)])
      expect(err).toContain('--charset windows-1252')
    }
  })

  it('goes on its way where it is UTF-8, UTF-16 with its mark, or named', async () => {
    const wide = Buffer.from(`\uFEFF${text}`, 'utf16le')
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), wide, Buffer.from(wide).swap16()]) {
      for (const words of commands(written(bytes))) expect((await lethe(words)).err).toContain('[up_unreachable]')
    }
    for (const words of commands(written(Buffer.from(text, 'latin1')))) {
      expect((await lethe([...words, '--charset', 'windows-1252'])).err).toContain('[up_unreachable]')
      expect((await lethe([...words, '--charset', 'utf-8'])).err).toContain('[up_unreachable]')
      expect((await lethe([...words, '--charset', 'klingon'])).err).toContain('[charset_unknown]')
    }
  })

  it('is looked at whole, in pieces that end within a character', async () => {
    const lines = `${'ä'.repeat(33)}x\n`.repeat(20_000)
    for (const words of commands(written(Buffer.from(`email\n${lines}`)))) {
      expect((await lethe(words)).err).toContain('[up_unreachable]')
    }
    const file = written(Buffer.concat([Buffer.from(`email\n${lines}`), Buffer.from('M\xfcller', 'latin1')]))
    for (const words of commands(file)) expect((await lethe(words)).err).toContain('line 20002 ')
  })
})
