/**
 * Breaks a running deployment on purpose, one fault after another, and compares what the world saw with what is stored.
 * Exit 1 when anything was lost without being counted, recorded twice, or sent twice outside the counted window; 2 for
 * wrong usage. `--short` is the form for each change; `--lie` breaks the comparison itself, which must then say so.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chosen } from './choose.ts'
import { openDisk } from './engines/disk.ts'
import { havePostgres } from './engines/postgres.ts'
import { haveRedis } from './engines/redis.ts'
import { type Fault, table } from './faults/index.ts'
import { calmKinds, type PassWish, runPass } from './pass.ts'
import { type Lie, lies } from './verdict/lies.ts'
import { textOf, totalsOf, totalsText } from './verdict/table.ts'
import type { Line } from './verdict/verdict.ts'

const usage =
  'chaos [--short] [--faults N] [--seed N] [--only TEXT] [--rate HITS] [--mails N] [--json FILE] [--lie L]\n'

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const code = await main()
process.stdout.write('', () => process.exit(code))

async function main(): Promise<number> {
  const asked = options()
  if (asked === null) {
    process.stderr.write(usage)
    return 2
  }
  if (!haveRedis || !havePostgres) {
    process.stderr.write('chaos: wants redis-server and the server of PostgreSQL on this machine\n')
    return 1
  }
  const said = (line: string) => void process.stdout.write(`${line}\n`)
  const canFill = boundedDisks()
  const began = Date.now()
  const lines: Line[] = []
  for (const pass of passesOf(asked)) {
    const able = pass.faults.filter(({ needs }) => needs !== 'disk' || canFill)
    for (const { name } of pass.faults.filter((each) => !able.includes(each))) {
      said(`  left out, since no disk can be mounted here: ${name}`)
    }
    if (able.length === 0) continue
    said(`Redis with appendfsync ${pass.fsync}, seed ${asked.seed}`)
    const found = await runPass({ ...pass, faults: able, lie: asked.lie, said })
    lines.push(...found)
    said(`\n${textOf(found)}\n`)
  }
  const totals = totalsOf(lines, calmKinds)
  if (asked.json) writeFileSync(asked.json, `${JSON.stringify({ seed: asked.seed, totals, lines }, null, 2)}\n`)
  said(`${totalsText(totals)}, in ${Math.round((Date.now() - began) / 1000)} s`)
  return totals.breaks > 0 || totals.faults === 0 || totals.answered === 0 ? 1 : 0
}

type Asked = NonNullable<ReturnType<typeof options>>

function passesOf({ short, faults, seed, only, rate, mails }: Asked): readonly Omit<PassWish, 'lie' | 'said'>[] {
  const pick = (rows: readonly Fault[], count: number | null) => chosen(rows, { short, only, seed, count })
  const pace = { hitsPerSecond: rate ?? (short ? 120 : 450), mailsPerSecond: short ? 8 : 16, rest: short ? 600 : 700 }
  // Forty hits can be made of a mail; a connection that broke is no answer, so that not all of them are asked for.
  const sized = (all: number) => ({ ...pace, mails: all, hits: short ? 0 : all * 38 })
  const full = mails ?? (short ? 300 : 5_300)
  const strict = { fsync: 'always' as const, faults: pick(table.always, faults), ...sized(full) }
  if (short) return [strict]
  return [strict, { fsync: 'everysec', faults: pick(table.everysec, null), ...sized(Math.ceil(full / 10)) }]
}

/** Filling a disk wants one of a bounded size, and mounting one wants a user who may. */
function boundedDisks(): boolean {
  const disk = openDisk('try', 1)
  disk.close()
  return disk.bounded
}

function options() {
  const text = { type: 'string' } as const
  const whole = (word: string | undefined, name: string): number | null => {
    if (word === undefined) return null
    if (/^[1-9]\d{0,8}$/.test(word)) return Number(word)
    throw new Error(`${name} is no whole number`)
  }
  try {
    const { values } = parseArgs({
      options: {
        ...{ short: { type: 'boolean' }, faults: text, seed: text, only: text, rate: text, mails: text },
        ...{ json: text, lie: text },
      },
    })
    const lie = values.lie === undefined ? null : lies.find((each) => each === values.lie)
    if (lie === undefined) return null
    return {
      short: values.short ?? false,
      faults: whole(values.faults, 'faults'),
      seed: whole(values.seed, 'seed') ?? 1,
      only: values.only ?? null,
      rate: whole(values.rate, 'rate'),
      mails: whole(values.mails, 'mails'),
      json: values.json ?? null,
      lie: lie satisfies Lie | null,
    }
  } catch {
    return null
  }
}
