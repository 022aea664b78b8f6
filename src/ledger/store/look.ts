import { isFault } from '../../base/index.ts'
import type { Store } from './store.ts'

const looks = 3

/**
 * Reads of one moment that open what is sealed. The keys lie in a database of their own: what was shredded after this
 * moment began has its row in it and its key nowhere. So it is looked at again, and then is gone from both.
 */
export async function look<T>({ db }: Store, work: () => Promise<T>): Promise<T> {
  for (let left = looks - 1; ; left -= 1) {
    try {
      return await db.glance(work)
    } catch (cause) {
      if (left === 0 || !isFault(cause) || cause.code !== 'key_missing') throw cause
    }
  }
}
