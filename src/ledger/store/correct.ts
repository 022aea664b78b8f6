import { bytesOf, dayOf } from '../../base/index.ts'
import type { Wire } from '../../gate/index.ts'
import { outlivesRecording } from '../grants.ts'
import { isMachine, machineOf } from './machine.ts'
import type { Store } from './store.ts'
import type { Cells } from './tally.ts'

interface Stored {
  readonly agent: string | null
  readonly campaign: Buffer | null
}

interface Others {
  readonly at_all: number
  readonly here: number
}

/**
 * An event that comes again with a machine's class in the place of a person's: the burst that it began was seen only after
 * it had been recorded. The row gets the class, and what was counted for a person is counted for a machine. The other way
 * round never happens, so that a repeated job, or the first event coming last, changes nothing.
 */
export function correcting({ db, clock, policies }: Store) {
  const look = db.prepare<[Buffer], Stored>(
    `SELECT e.agent, m.campaign FROM events e JOIN messages m ON m.id = e.message WHERE e.id = ?`,
  )
  const change = db.prepare('UPDATE events SET agent = ?, rules = ? WHERE id = ?')
  const beside = db.prepare<[{ id: Buffer; message: Buffer; kind: string; link: number; machine: number }], Others>(
    `SELECT count(*) AS at_all, coalesce(sum(CASE WHEN coalesce(link, 0) = @link THEN 1 ELSE 0 END), 0) AS here
     FROM events WHERE message = @message AND kind = @kind AND id <> @id AND ${machineOf('agent')} = @machine`,
  )

  return async ([name, kind, policy, subject, , , values]: Wire, cells: Cells): Promise<void> => {
    if (!isMachine(values.agent)) return
    const id = bytesOf(name)
    const stored = await look.get(id)
    if (!stored || stored.agent === null || isMachine(stored.agent)) return
    await change.run(values.agent, values.rules ?? null, id)
    if (!stored.campaign) return
    const link = Number(values.link ?? 0)
    const day = dayOf(typeof values.at === 'number' ? values.at : clock.now())
    const estimated = !outlivesRecording(policies, policy, kind)
    for (const machine of [false, true]) {
      const others = await beside.get({ id, message: bytesOf(subject), kind, link, machine: Number(machine) })
      const told = machine ? values : { ...values, agent: stored.agent }
      const facts = { day, kind, link, machine, estimated, values: told }
      const alone = { newcomer: others?.at_all === 0, newToLink: others?.here === 0 }
      if (machine) cells.add(stored.campaign, { ...facts, ...alone })
      else cells.remove(stored.campaign, { ...facts, ...alone })
    }
  }
}
