import { bytesOf, openSeal, seal } from '../../base/index.ts'

/** A sealed value's place as associated data: a box that is moved to another table, column or row does not open. */
export interface Place {
  seal(key: Uint8Array, row: Uint8Array, plain: string | Uint8Array): Buffer
  open(key: Uint8Array, row: Uint8Array, box: Uint8Array): Buffer
}

export function placeOf(table: string, column: string): Place {
  const prefix = Buffer.from(`${table}.${column}.`)
  const associated = (row: Uint8Array) => Buffer.concat([prefix, row])
  return {
    seal: (key, row, plain) => seal(key, typeof plain === 'string' ? Buffer.from(plain) : plain, associated(row)),
    open: (key, row, box) => openSeal(key, box, associated(row)),
  }
}

/** Every sealed column of the data store, by the name that statements use. */
export const places = Object.freeze({
  address: placeOf('subjects', 'address'),
  stop: placeOf('subjects', 'stop'),
  requested: placeOf('requests', 'address'),
  about: placeOf('cases', 'about'),
  campaign: placeOf('campaigns', 'content'),
  content: placeOf('messages', 'content'),
  merge: placeOf('messages', 'merge'),
  recipient: placeOf('messages', 'recipient'),
  subject: placeOf('messages', 'subject'),
  links: placeOf('messages', 'links'),
  linkAddress: placeOf('mailed_links', 'address'),
  nextAddress: placeOf('mailed_links', 'next_address'),
})

export const rowOf = (id: string): Buffer => bytesOf(id)
