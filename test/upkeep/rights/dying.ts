import Driver from 'better-sqlite3'
import { address } from '../../ledger/mail.ts'
import { openRights } from './open.ts'

/**
 * A process that dies at a point of an erasure: `<folder> <queue> <address> <point>`, where a point is `before ledger.tidy`,
 * `after board.stop`, or `write 3` for the moment after the third statement that removes a row. Nothing in the product
 * knows of this: the faces and SQLite's statements are wrapped here.
 */
const [folder = '', queue = '', who = '', point = ''] = process.argv.slice(2)

const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
}

const around = <T extends object>(room: string, verbs: T): T =>
  new Proxy(verbs, {
    get: (target, name) => {
      const verb: unknown = Reflect.get(target, name)
      if (typeof verb !== 'function') return verb
      return async (...words: unknown[]) => {
        if (point === `before ${room}.${String(name)}`) die()
        const answer: unknown = await verb.apply(target, words)
        if (point === `after ${room}.${String(name)}`) die()
        return answer
      }
    },
  })

const { rights } = await openRights(folder, queue, around)

const [kind, count] = point.split(' ')
if (kind === 'write') {
  let left = Number(count)
  const { prepare } = Driver.prototype
  // Statements are made before: their own prototype is where every run goes through.
  const statement = Object.getPrototypeOf(prepare.call(new Driver(':memory:'), 'SELECT 1')) as { run: unknown }
  const run = statement.run as (this: { source: string }, ...words: unknown[]) => unknown
  statement.run = function (this: { source: string }, ...words: unknown[]) {
    const answer = run.apply(this, words)
    if (this.source.startsWith('DELETE') && --left === 0) die()
    return answer
  }
}

await rights.erase(address(who))
await rights.finishErasures()
console.log('survived')
process.exit(0)
