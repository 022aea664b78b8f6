import { type Address, bytesOf, type Day, type Id, idOf } from '../../base/index.ts'
import { places } from '../keys/place.ts'
import type { CaseFacts, CaseStatus, CaseView, Right } from '../ledger.ts'
import type { People } from './people.ts'
import { type Store, writing } from './store.ts'

interface Row {
  readonly id: Buffer
  readonly right: Right
  readonly status: CaseStatus
  readonly opened_at: number
  readonly due_at: number
  readonly closed_at: number | null
  readonly receipt: string | null
}

/** What people asked for, and by when it has to be answered. */
export function cases(store: Store, people: People) {
  const { db, keys } = store
  const insert = db.prepare(
    `INSERT INTO cases (id, handle, "right", status, opened_at, due_at, about) VALUES (?, ?, ?, 'open', ?, ?, ?)`,
  )
  // What is done stays done: of two processes at one erasure, the slower one comes with less.
  const close = db.prepare<[CaseStatus, number, string, number, Buffer]>(
    `UPDATE cases SET status = ?, closed_at = ?, receipt = ?, expires_on = ? WHERE id = ? AND status <> 'done'`,
  )
  const columns = 'id, "right", status, opened_at, due_at, closed_at, receipt'
  const one = db.prepare<[Buffer], Row>(`SELECT ${columns} FROM cases WHERE id = ?`)
  const open = db.prepare<[], Row>(`SELECT ${columns} FROM cases WHERE status <> 'done' ORDER BY due_at, id`)

  /** Within an open transaction. */
  async function add(
    { id, right, openedAt, dueAt }: CaseFacts,
    handle: Buffer | null,
    about: Buffer | null = null,
  ): Promise<void> {
    await insert.run(bytesOf(id), handle, right, openedAt, dueAt, about)
  }

  return {
    add,
    openCase: (facts: CaseFacts, address: Address | null): Promise<void> =>
      writing(store, async () => add(facts, (address && (await people.find(address))?.handle) ?? null)),
    openConcern: (facts: CaseFacts, address: Address, about: string): Promise<void> =>
      writing(store, async () => {
        const found = await people.find(address)
        const { handle } = found ?? (await people.make(address, people.stopHash(address)))
        await people.keepAddress(handle, address)
        await add(facts, handle, places.about.seal(await keys.subjectKey(handle), bytesOf(facts.id), about))
      }),
    closeCase: async (id: Id, status: CaseStatus, at: number, receipt: string, expiresOn: Day): Promise<boolean> =>
      (await close.run(status, at, receipt, expiresOn, bytesOf(id))).changes === 1,
    openCases: async (): Promise<readonly CaseView[]> => (await open.all()).map(viewOf),
    caseOf: async (id: Id): Promise<CaseView | null> => {
      const row = await one.get(bytesOf(id))
      return row ? viewOf(row) : null
    },
  }
}

export type Cases = ReturnType<typeof cases>

const viewOf = (row: Row): CaseView => ({
  id: idOf(row.id),
  right: row.right,
  status: row.status,
  openedAt: row.opened_at,
  dueAt: row.due_at,
  closedAt: row.closed_at,
  receipt: row.receipt,
})
