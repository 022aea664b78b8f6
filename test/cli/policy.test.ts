import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'

/** Runs one command line in this process, as a script would: its exit code and what it printed. */
async function lethe(...words: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) }
  const code = await main(words, { ...terminal, input: nothing(), interactive: false })
  return { code, out: out.join(''), err: err.join('') }
}

async function* nothing(): AsyncGenerator<string> {}

describe('lethe policy record', () => {
  test('prints Markdown, CSV or JSON', async () => {
    const markdown = await lethe('policy', 'record', 'strict')
    expect(markdown).toMatchObject({ code: 0, out: expect.stringContaining('# Record of processing activities') })
    const csv: readonly (readonly string[])[] = parse(
      (await lethe('policy', 'record', 'strict', '--format', 'csv')).out,
    )
    expect(csv[0]).toContain('Purpose')
    const record = JSON.parse((await lethe('policy', 'record', 'strict', '--json')).out)
    expect(record.activities).toHaveLength(csv.length - 1)
  })
})

describe('lethe policy inventory', () => {
  test('prints the same rows in each form', async () => {
    const rows = JSON.parse((await lethe('policy', 'inventory', 'mailerplex', '--format', 'json')).out)
    const csv: readonly (readonly string[])[] = parse(
      (await lethe('policy', 'inventory', 'mailerplex', '--format', 'csv')).out,
    )
    const { out } = await lethe('policy', 'inventory', 'mailerplex')
    expect(csv.slice(1).map(([data]) => data)).toEqual(rows.map(({ data }: { data: string }) => data))
    expect(out.trim().split('\n')).toHaveLength(rows.length + 2)
  })
})

describe('lethe policy diff', () => {
  test('tells the changes and exits 0, whatever they are', async () => {
    expect(await lethe('policy', 'diff', 'strict', 'mailerplex')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\*\*Policy: \d+ widening/),
    })
    expect(await lethe('policy', 'diff', 'strict', 'strict')).toMatchObject({
      code: 0,
      out: expect.stringContaining('no change'),
    })
    const diff = JSON.parse((await lethe('policy', 'diff', 'strict', 'mailerplex', '--json')).out)
    expect(diff).toMatchObject({ effect: 'widening', noticeDays: 30, by: 'mail' })
  })

  test('needs two policies', async () => {
    expect(await lethe('policy', 'diff', 'strict')).toMatchObject({
      code: 2,
      err: expect.stringContaining('two policies'),
    })
  })
})

test('a form that is none is wrong usage', async () => {
  for (const command of ['record', 'inventory']) {
    expect(await lethe('policy', command, 'strict', '--format', 'pdf')).toMatchObject({ code: 2, out: '' })
  }
})

test('a policy that is not there is a fault', async () => {
  expect(await lethe('policy', 'record', 'strickt')).toMatchObject({
    code: 1,
    err: expect.stringContaining('"strict"'),
  })
})
