import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import {
  eventWords,
  inventoryCsv,
  inventoryMarkdown,
  inventoryOf,
  loadPolicy,
  recordCsv,
  recordMarkdown,
  recordOfProcessing,
  shippedFolder,
  shippedNames,
} from '../../src/policy/index.ts'
import { compiled, lines, written } from './written.ts'

const names = shippedNames(shippedFolder())

describe.each(names)('the inventory of %s', (name) => {
  const policy = loadPolicy(name)
  const rows = inventoryOf(policy)

  test('lists exactly the fields of hits and the groups of mails that are granted', () => {
    const granted = Object.values(policy.events)
      .filter(({ mode }) => mode === 'individual')
      .flatMap(({ kind, fields }) => [...fields.keys()].map((field) => `${kind}.${field}`))
    expect(
      rows
        .map(({ data }) => data)
        .filter((data) => data.includes('.'))
        .sort(),
    ).toEqual(granted.sort())
    const groups = rows.filter(({ data }) => ['delivery', 'recipient', 'subject', 'links'].includes(data))
    expect(groups.map(({ data }) => data).sort()).toEqual([...policy.message.retentionDays.keys()].sort())
  })

  test('gives each value of a person a purpose, a basis, an end and an effect of erasure', () => {
    for (const { data, dpv, purposes, basis, kept, erasure } of rows) {
      expect(purposes.length, data).toBeGreaterThan(0)
      expect(kept, data).not.toBe('')
      if (dpv === null) continue
      expect(basis.length, data).toBeGreaterThan(0)
      expect(erasure === 'destroyed' || data === 'suppression', data).toBe(true)
      expect(dpv).toMatch(/^pd:[A-Z][A-Za-z]+$/)
    }
  })
})

test('the words of hits are keys of fideslang with their terms of the DPV', () => {
  for (const { category, dpv, of, kinds } of eventWords) {
    expect(category).toMatch(/^user\.[a-z_.]+$/)
    expect(dpv).not.toBeNull()
    expect(of).toEqual(kinds)
  }
})

test('the record has an activity for each purpose, with what it holds and until when', () => {
  const { activities, controller } = recordOfProcessing(compiled(written()))
  const known = { name: 'Example', contact: 'privacy@example.org', address: '1 Example Street' }
  expect(controller).toEqual({ ...known, officer: '' })
  const officer = lines.controller!.replace(' }', ', officer: dpo@example.org }')
  const named = recordOfProcessing(compiled(written({ controller: officer })))
  expect(recordMarkdown(named)).toContain('Data protection officer: dpo@example.org.')
  expect(activities.map(({ purpose, basis }) => [purpose, basis])).toEqual([
    ['deliver', 'contract'],
    ['insight', 'consent'],
  ])
  expect(activities[1]).toMatchObject({
    means: 'to learn what is read',
    data: ['open: that a mail was opened', 'open.at: the time', 'tally: counts by day and link'],
    recipients: [],
    limits: ['30 days: open, open.at', '365 days: tally'],
  })
})

const processor = (name: string, country: string) =>
  `{ name: "${name}", hosts: [mail.example], country: ${country}, does: hands mail over, essential: true, agreement: of 2027 }`

test('a processor outside the European Economic Area is told as a transfer', () => {
  const processors = `processors: [${processor('A', 'DE')}, ${processor('B', 'US')}]`
  const [deliver] = recordOfProcessing(compiled(written({ processors }))).activities
  expect(deliver).toMatchObject({
    recipients: ['A (DE): hands mail over', 'B (US): hands mail over'],
    transfers: ['US'],
  })
})

test('a record with open slots says that it has them', () => {
  const record = recordOfProcessing(loadPolicy('strict'))
  expect(record.unfilled).toContain('processors')
  expect(recordMarkdown(record)).toContain('Not filled in yet')
  expect(record.activities[0]!.recipients).toEqual(['[those who handle the mail]'])
})

describe('as CSV', () => {
  const formula = lines.controller!.replace('name: Example', 'name: \'=HYPERLINK("https://evil.example","open")\'')

  test('a cell that would be a formula is led by an apostrophe', () => {
    const text = recordCsv(recordOfProcessing(compiled(written({ controller: formula }))))
    const rows: readonly (readonly string[])[] = parse(text)
    expect(rows[1]![0]).toBe('\'=HYPERLINK("https://evil.example","open")')
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
  })

  test('every row has every column', () => {
    for (const name of names) {
      const policy = loadPolicy(name)
      const [record, inventory]: readonly (readonly (readonly string[])[])[] = [
        parse(recordCsv(recordOfProcessing(policy))),
        parse(inventoryCsv(inventoryOf(policy))),
      ]
      expect(record).toHaveLength(policy.purposes.size + 1)
      expect(inventory).toHaveLength(inventoryOf(policy).length + 1)
    }
  })
})

test('as Markdown, text of the policy stays text', () => {
  const odd = compiled(written({ deliver: lines.deliver!.replace('to deliver what you asked for', '"<b> | [x](y)"') }))
  for (const text of [recordMarkdown(recordOfProcessing(odd)), inventoryMarkdown(inventoryOf(odd))]) {
    expect(text).not.toMatch(/(?<!\\)<b>|(?<!\\)\[x\]/)
  }
})
