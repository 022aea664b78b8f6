import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { csvOf } from '../../src/policy/index.ts'

describe('a CSV that is written', () => {
  it('runs nothing where a spreadsheet opens it, and reads back as it was otherwise', () => {
    const live = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1',
      '＋1',
      '－1',
      '＠x',
      '=cmd|"/c calc"!A0',
    ]
    const plain = ['a=1', '"quoted", twice', 'two\r\nlines', "'", ' x', '']
    const rows = parse(
      csvOf(
        ['first', 'second'],
        [...live, ...plain].map((each) => [each, each]),
      ),
      { bom: true },
    )
    const cells = rows.slice(1).map(([first]: string[]) => first)
    expect(cells).toEqual([...live.map((each) => `'${each}`), ...plain])
  })

  it('is written by one hand: nothing else in the source puts cells behind each other', () => {
    const sources = readdirSync(join(packageRoot(), 'src'), { recursive: true, encoding: 'utf8' })
    const writing = sources.filter((name) => {
      if (!name.endsWith('.ts')) return false
      const text = readFileSync(join(packageRoot(), 'src', name), 'utf8')
      return /replace(?:All)?\([^)]*"[^)]*""/.test(text)
    })
    expect(writing).toEqual(['policy/csv.ts'])
  })
})
