import { type Address, bytesOf, type Handle, type Id, idOf, parseAddress } from '../../base/index.ts'
import { places } from '../keys/place.ts'
import type { MailedLink, MailedLinkKind, NewMailedLink } from '../ledger.ts'
import { look } from './look.ts'
import type { People } from './people.ts'
import { type Store, writing } from './store.ts'

interface Row {
  readonly id: Buffer
  readonly handle: Buffer
  readonly kind: MailedLinkKind
  readonly address: Buffer
  readonly next_address: Buffer | null
  readonly expires_at: number
}

interface Sent {
  readonly id: Buffer
  readonly recipient: Buffer
}

const columns = 'id, handle, kind, address, next_address, expires_at'

/** Links that were mailed. Their addresses are sealed under their person's key, so that an erasure reaches them twice over. */
export function mailedLinks(store: Store, people: People) {
  const { db, keys } = store
  const add = db.prepare(`INSERT INTO mailed_links (${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
  const remove = db.prepare('DELETE FROM mailed_links WHERE id = ?')
  const one = db.prepare<[Buffer, number], Row>(`SELECT ${columns} FROM mailed_links WHERE id = ? AND expires_at > ?`)
  const recent = db
    .prepare<[Buffer, MailedLinkKind, number], number>(
      'SELECT 1 FROM mailed_links WHERE handle = ? AND kind = ? AND expires_at > ? LIMIT 1',
    )
    .pluck()
  const named = db
    .prepare<[Buffer], Buffer>('SELECT address FROM subjects WHERE handle = ? AND address IS NOT NULL')
    .pluck()
  const sent = db.prepare<[Buffer], Sent>(
    'SELECT id, recipient FROM messages WHERE handle = ? AND recipient IS NOT NULL ORDER BY accepted_at DESC',
  )

  const isTheirs = async (address: Address, handle: Buffer): Promise<boolean> =>
    (await people.find(address))?.handle.equals(handle) ?? false

  /** The address that a consent was given with, then those of their messages, the latest first. */
  async function* known(handle: Buffer): AsyncGenerator<Address | null> {
    const address = await named.get(handle)
    if (address) yield parseAddress(places.address.open(await keys.subjectKey(handle), handle, address).toString())
    for (const { id, recipient } of await sent.all(handle)) {
      const opened = places.recipient.open(await keys.subjectKey(handle), id, recipient).toString()
      const [to] = JSON.parse(opened) as readonly [string] // by accept
      yield parseAddress(to)
    }
  }

  async function put(id: Id, handle: Buffer, { kind, address, nextAddress, expiresAt }: MailedLink): Promise<void> {
    const key = await keys.subjectKey(handle)
    const row = bytesOf(id)
    const next = nextAddress && places.nextAddress.seal(key, row, nextAddress.text)
    await add.run(row, handle, kind, places.linkAddress.seal(key, row, address.text), next, expiresAt)
  }

  async function opened(row: Row): Promise<MailedLink | null> {
    const { id, handle, kind, address, next_address, expires_at: expiresAt } = row
    const key = await keys.subjectKey(handle)
    const theirs = parseAddress(places.linkAddress.open(key, id, address).toString())
    const next = next_address && parseAddress(places.nextAddress.open(key, id, next_address).toString())
    return theirs && (await isTheirs(theirs, handle)) ? { kind, address: theirs, nextAddress: next, expiresAt } : null
  }

  return {
    contactOf: (handle: Handle): Promise<Address | null> =>
      look(store, async () => {
        const person = await people.get(handle)
        if (!person) return null
        for await (const address of known(person.handle)) {
          // What was written to before a correction is somebody's address, and perhaps not theirs.
          if (address && (await isTheirs(address, person.handle))) return address
        }
        return null
      }),
    addMailedLink: (link: NewMailedLink, pauseMillis: number): Promise<'kept' | 'unknown' | 'recent'> =>
      writing(store, async () => {
        const person = await people.find(link.address)
        if (!person || (link.handle !== null && idOf(person.handle) !== link.handle)) return 'unknown'
        if (await recent.get(person.handle, link.kind, link.expiresAt - pauseMillis)) return 'recent'
        await put(link.id, person.handle, link)
        return 'kept'
      }),
    mailedLink: (id: Id, now: number): Promise<MailedLink | null> =>
      look(store, async () => {
        const row = await one.get(bytesOf(id), now)
        return row ? opened(row) : null
      }),
    spendMailedLink: (id: Id, renewed: Id | null, now: number): Promise<MailedLink | null> =>
      writing(store, async () => {
        const row = await one.get(bytesOf(id), now)
        if (!row) return null
        await remove.run(row.id)
        const link = await opened(row)
        if (link && renewed !== null) await put(renewed, row.handle, link)
        return link
      }),
  }
}
