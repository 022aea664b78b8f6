import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageRoot } from '../../src/base/index.ts'
import { families } from '../../src/main/metrics.ts'
import { environment, folder, startLethe, until } from '../journeys/lethe.ts'
import { haveRedis, openRedis } from '../journeys/redis.ts'
import { htmlOf, openSink, pixelsIn } from '../journeys/sink.ts'
import { havePromtool, promtool } from './promtool.ts'

const root = packageRoot()
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8')

/** The rows of the table: name, type, labels. */
const documented = [...read('docs', 'metrics.md').matchAll(/^\| `([a-z_]+)` \| (counter|gauge) \| ([^|]*)\|/gm)].map(
  ([, name, type, labels = '']) => ({ name, type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label) }),
)

interface Shown {
  readonly type: string
  readonly labels: Set<string>
  readonly samples: Map<string, number>
}

/** A page in Prometheus's text format, by metric. */
function shownIn(page: string): ReadonlyMap<string, Shown> {
  const shown = new Map<string, Shown>()
  for (const line of page.split('\n').filter(Boolean)) {
    const [, name = '', type = ''] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? []
    if (name) shown.set(name, { type, labels: new Set(), samples: new Map() })
    if (line.startsWith('#')) continue
    const [, metric = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) shown.get(metric)?.labels.add(label)
    shown.get(metric)?.samples.set(labels, Number(value))
  }
  return shown
}

const total = (shown: ReadonlyMap<string, Shown>, name: string): number =>
  [...(shown.get(name)?.samples.values() ?? [])].reduce((sum, value) => sum + value, 0)

const known = new Set([...families.map(({ name }) => name), 'up'])
/** Every metric that an expression of PromQL names: what is no function, keyword, label or duration. */
function metricsIn(expression: string): readonly string[] {
  const bare = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(by|on|group_left|without)\s*\([^)]*\)/g, '')
    .replace(/\[[^\]]*\]/g, '')
  return [...bare.matchAll(/[a-z_]\w*(?!\w*\s*\()/gi)]
    .map(([name]) => name)
    .filter((name) => !['or', 'and', 'unless', 'bool'].includes(name))
}

describe('metrics', () => {
  it('are all in the table, and the table names no other', () => {
    expect(documented).toEqual(families.map(({ name, type, labels }) => ({ name, type, labels })))
  })

  it('agree with the page of a running Lethe, count what happened, and name nobody', async () => {
    const sink = await openSink({
      atRecipient: (to) => (to.startsWith('gone') ? { code: 550, text: `5.1.1 <${to}> unknown` } : null),
    })
    const lethe = await startLethe(await environment({ LETHE_SMTP: sink.url }))
    const consent = { tracking: true, at: '2026-01-05T10:00:00Z', source: 'form', wording: 'Count it' }
    for (const name of ['ada', 'gone']) {
      const to = { email: `${name}@people.example`, name: 'Ada' }
      const mail = { to, purpose: 'deliver', subject: 'Wombat', html: '<p>Hello</p>', consent }
      expect((await lethe.call('POST', '/v1/messages', mail)).status).toBe(202)
    }
    await until(() => sink.mails.length === 1)
    await lethe.hit(pixelsIn(htmlOf(sink.mails[0]!.raw))[0]!, { 'user-agent': 'Mozilla/5.0 (X11; Linux) Quokka/1.0' })
    await lethe.hit('/o/forged')
    const page = async () => (await lethe.call('GET', '/metrics')).text
    expect(shownIn(await page()).get('lethe_audit_findings')?.samples.size).toBe(0)
    const { json: audit } = await lethe.call<{ findings: { result: string }[] }>('GET', '/v1/audit')
    const settled = await until(async () => {
      const now = shownIn(await page())
      return total(now, 'lethe_mails_total') === 2 && total(now, 'lethe_events_recorded_total') === 1 ? now : null
    })
    const text = await page()
    const shown = settled ?? shownIn(text)
    expect([...shown].map(([name, { type }]) => ({ name, type }))).toEqual(
      families.map(({ name, type }) => ({ name, type })),
    )
    for (const { name, labels } of families) {
      const used = [...(shown.get(name)?.labels ?? [])]
      expect(used, name).toEqual(used.length > 0 ? labels : [])
    }
    const value = (name: string, labels = '') => shown.get(name)?.samples.get(labels)
    expect(value('lethe_mails_total', 'outcome="sent"')).toBe(1)
    expect(
      Number(value('lethe_mails_total', 'outcome="bounced"')) + Number(value('lethe_mails_total', 'outcome="failed"')),
    ).toBe(1)
    expect([value('lethe_hits_answered_total'), value('lethe_events_recorded_total')]).toEqual([2, 1])
    expect(value('lethe_hits_refused_total', 'code="forged"')).toBe(1)
    expect([value('lethe_store_up'), value('lethe_queue_up'), value('lethe_stops_age_seconds')]).toEqual([1, 1, 0])
    expect(total(shown, 'lethe_role')).toBe(5)
    for (const result of ['proved', 'attested', 'unproven', 'violated']) {
      const counted = audit.findings.filter((finding) => finding.result === result).length
      expect(value('lethe_audit_findings', `result="${result}"`), result).toBe(counted)
    }
    expect(value('lethe_audit_age_seconds')).toBeLessThan(120)
    expect(value('lethe_purge_lag_seconds')).toBeLessThan(600)
    for (const needle of ['people.example', 'Wombat', 'Quokka', 'Mozilla', '127.0.0.1', '@']) {
      expect(text.toLowerCase()).not.toContain(needle.toLowerCase())
    }
    if (havePromtool) expect(promtool(['check', 'metrics'], text)).toBe('')
    expect(await lethe.stop()).toBe(0)
    await sink.close()
  }, 240_000)

  it.runIf(haveRedis)(
    'are answered without the values of a queue that is away',
    async () => {
      const redis = await openRedis()
      const lethe = await startLethe(await environment({ LETHE_QUEUE: redis.url }))
      expect(shownIn((await lethe.call('GET', '/metrics')).text).get('lethe_queue_jobs')?.samples.size).toBe(12)
      redis.close()
      const shown = await until(async () => {
        const now = shownIn((await lethe.call('GET', '/metrics')).text)
        return Number(now.get('lethe_stops_age_seconds')?.samples.get('')) > 1 ? now : null
      })
      expect(shown?.get('lethe_queue_up')?.samples.get('')).toBe(0)
      expect(shown?.get('lethe_queue_jobs')?.samples.size).toBe(0)
      expect(shown?.get('lethe_store_up')?.samples.get('')).toBe(1)
      await lethe.stop('SIGKILL')
    },
    240_000,
  )
})

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}

describe('the alert rules', () => {
  const rules = (parse(read('examples', 'grafana', 'alerts.yml')) as Rules).groups.flatMap((group) => group.rules)

  it('name only metrics that exist', () => {
    const named = rules.map(({ expr }) => metricsIn(expr))
    expect(named.every((names) => names.length > 0)).toBe(true)
    expect(named.flat().filter((name) => !known.has(name))).toEqual([])
  })

  it('are each explained', () => {
    const explained = [...read('docs', 'metrics.md').matchAll(/`(Lethe[A-Z]\w+)`/g)].map(([, name]) => name)
    expect(explained.sort()).toEqual(rules.map(({ alert }) => alert).sort())
  })

  it.runIf(havePromtool)('are rules to Prometheus, and fire for what they are for and for nothing else', () => {
    expect(promtool(['check', 'rules', join(root, 'examples', 'grafana', 'alerts.yml')])).toBe('')
    const file = join(folder(), 'rules-test.yml')
    writeFileSync(
      file,
      read('test', 'deploy', 'alerts.yml').replace('RULES', join(root, 'examples', 'grafana', 'alerts.yml')),
    )
    expect(promtool(['test', 'rules', file])).toBe('')
  })
})

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
}

it('the dashboard names only metrics that exist, in every panel', () => {
  const dashboard = JSON.parse(read('examples', 'grafana', 'lethe.json')) as Dashboard
  const panels = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))
  const all = [...panels, ...dashboard.annotations.list.map(({ expr }) => ({ title: 'annotation', expr }))]
  for (const { title, expr } of all) {
    expect(metricsIn(expr).length, title).toBeGreaterThan(0)
    expect(
      metricsIn(expr).filter((name) => !known.has(name)),
      title,
    ).toEqual([])
  }
  expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length)
})
