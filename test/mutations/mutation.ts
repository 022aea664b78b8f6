import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/base/index.ts'
import { folder } from '../journeys/lethe.ts'

/** One control, broken in one place of one file; `lethe audit` must say violated of the promise that hangs on it. */
export interface Mutation {
  readonly breaks: string
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
  /** The check that must be violated, and what its evidence says: another fault would be an accident. */
  readonly check: string
  readonly noticed: RegExp
  /** Another promise that cannot stand without it. */
  readonly drags?: string
}

/** Controls that can be broken in the same Lethe, since each has evidence of its own: a start costs more than a break. */
export interface Broken {
  readonly lethe: string
  readonly mutations: readonly Mutation[]
}

export const brokenLethes: readonly Broken[] = [
  {
    lethe: 'that keeps and shows what it should not',
    mutations: [
      {
        breaks: 'a purge that skips a table',
        file: 'src/ledger/store/purge.ts',
        from: 'return tables(catalogue).flatMap(stepsOf)',
        to: "return tables(catalogue).filter(([name]) => name !== 'events').flatMap(stepsOf)",
        check: 'store.retention',
        noticed: /^events: \d+ past their time/,
      },
      {
        breaks: 'a value that is written unsealed',
        file: 'src/ledger/store/people.ts',
        from: 'places.address.seal(await keys.subjectKey(handle), handle, text)',
        to: 'Buffer.from(String(text).padEnd(64))',
        check: 'store.seals',
        drags: 'store.indexes',
        noticed: /subjects\.address: \d+ of \d+ do not open/,
      },
      {
        breaks: 'a published digest that is not the policy in force',
        file: 'src/main/notice.ts',
        from: '.article, digest, effective }',
        to: ".article, digest: 'e'.repeat(64), effective }",
        check: 'the notice that people see is the policy in force',
        noticed: /\/privacy shows eeee/,
      },
    ],
  },
  {
    lethe: 'that says and hashes what it should not',
    mutations: [
      // Beside controls that let mail go out: a queue has finished something only where mail was sent.
      {
        breaks: 'a queue that keeps what is done',
        file: 'src/queue/bullmq.ts',
        from: 'removeOnComplete: true, stackTraceLimit: 0 }',
        to: 'removeOnComplete: false, stackTraceLimit: 0 }',
        check: 'queue keeps nothing that is done',
        noticed: /finished jobs in /,
      },
      {
        breaks: 'a job that carries more than it may',
        file: 'src/queue/bullmq.ts',
        from: '{ every: everyMillis }, { name, opts: rules.upkeep })',
        to: "{ every: everyMillis }, { name, data: { asked: 'by somebody' }, opts: rules.upkeep })",
        check: 'queue holds ids and permitted events only',
        noticed: /a foreign value in upkeep/,
      },
      {
        breaks: 'a log line with a foreign field',
        file: 'src/base/log.ts',
        from: 'const line = { at: new Date(clock.now()).toISOString(), level, event,',
        to: "const line = { at: new Date(clock.now()).toISOString(), level, event, client: 'somebody',",
        check: 'log holds no personal data',
        noticed: /a field that no line may have/,
      },
      {
        breaks: 'a suppression hashed under the wrong key',
        file: 'src/ledger/store/people.ts',
        from: 'stopHash: (address: Address): Buffer => keyedHash(keys.suppression, address.normal)',
        to: 'stopHash: (address: Address): Buffer => keyedHash(keys.index, address.normal)',
        check: 'store.indexes',
        noticed: /not found by|not under/,
      },
    ],
  },
  {
    lethe: 'whose upkeep sleeps, so that nothing mends what is broken',
    mutations: [
      {
        breaks: 'a scheduler that was never started',
        file: 'workers/upkeep.ts',
        from: 'await queue.schedule(tasks.map(({ name, everyMillis }) => ({ name, everyMillis })))',
        to: 'await queue.schedule([])',
        check: 'every task of upkeep is on the schedule',
        noticed: /none of the \d+ tasks is on it/,
      },
      {
        breaks: 'an erasure that leaves the wrapped key',
        file: 'src/ledger/store/erase.ts',
        from: 'keys.dropSubjectKeys([row.handle])',
        to: 'keys.dropSubjectKeys([])',
        check: 'store.keys',
        noticed: /subject_keys: 1 without a row/,
      },
      {
        breaks: 'an outcome that leaves its content key',
        file: 'src/ledger/store/settle.ts',
        from: 'keys.dropContentKeys(dropped)',
        to: 'keys.dropContentKeys([])',
        check: 'store.keys',
        noticed: /content_keys: \d+ without a row/,
      },
      {
        breaks: 'rows that are kept for longer than promised',
        file: 'src/ledger/grants.ts',
        from: 'return accepted + Math.min(...days)',
        to: 'return accepted + Math.min(...days) + 30',
        check: 'store.promises',
        drags: 'store.narrowed',
        noticed: /messages\.expires_on: \d+ later/,
      },
      {
        breaks: 'a gate that grants what the policy does not',
        file: 'src/gate/admission.ts',
        from: 'const both = [...then.fields].filter(([field]) => now.fields.has(field))',
        to: "const both = [...then.fields, ['language', 'value'] as const]",
        check: 'store.narrowed',
        noticed: /opens hold more than/,
      },
      {
        breaks: 'an audit log whose lines do not hang together',
        file: 'src/ledger/store/audit-log.ts',
        from: 'const hash = linkOf(keys.log,',
        to: 'const hash = linkOf(keys.index,',
        check: 'audit log is whole',
        noticed: /does not follow/,
      },
    ],
  },
]

/** The file's text with the control broken; throws unless what is to be replaced stands there exactly once. */
function broken({ file, from, to }: Mutation, text: string): string {
  const parts = text.split(from)
  if (parts.length === 2) return parts.join(to)
  throw new Error(`${file} holds the text of the control ${parts.length - 1} times: ${from}`)
}

/** A Lethe of its own, its sources copied and its libraries shared, with these controls broken. Returns its folder. */
export function copyOf(mutations: readonly Mutation[]): string {
  const root = folder()
  for (const each of ['src', 'workers', 'policies', 'migrations', 'package.json', 'test/mutations/walk.ts']) {
    cpSync(join(packageRoot(), each), join(root, each), { recursive: true })
  }
  symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'))
  for (const mutation of mutations) {
    const path = join(root, mutation.file)
    writeFileSync(path, broken(mutation, readFileSync(path, 'utf8')))
  }
  return root
}
