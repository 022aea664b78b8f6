import { type Clock, Fault, hashSecret, type Id, newId, randomBytes } from '../base/index.ts'
import type { ApiKeyFacts, Ledger } from '../ledger/index.ts'
import { scopes } from './scopes/index.ts'

export interface ShownKey {
  readonly id: Id
  readonly name: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly revokedAt: string | null
}

export interface CreatedKey extends ShownKey {
  /** The key itself, this once. */
  readonly key: string
}

/** Making, listing and ending API keys. */
export interface ApiKeys {
  /** Throws `api_key_invalid`. */
  create(name: string, scopes: readonly string[]): Promise<CreatedKey>
  list(): Promise<readonly ShownKey[]>
  /** Throws `api_key_unknown`. */
  revoke(id: string): Promise<ShownKey>
}

type Store = Pick<Ledger, 'addApiKey' | 'apiKey' | 'apiKeys' | 'revokeApiKey'>

export function newApiKeys(ledger: Store, clock: Clock): ApiKeys {
  return {
    create: async (name, wanted) => {
      const given = scopes.filter((scope) => wanted.includes(scope))
      if (given.length === 0 || given.length < new Set(wanted).size) throw invalid('Its scopes are not known.')
      // A label of the house: without the signs that an address is made of, because lists and logs show it.
      if (!/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,59}$/u.test(name)) throw invalid('Its name is not a plain label.')
      const id = newId()
      const key = `lethe_${id}_${randomBytes(32).toString('base64url')}`
      const facts = { id, name, scopes: given, hash: await hashSecret(key), createdAt: clock.now(), revokedAt: null }
      await ledger.addApiKey(facts)
      return { ...shown(facts), key }
    },
    list: async () => (await ledger.apiKeys()).map(shown),
    revoke: async (id) => {
      await ledger.revokeApiKey(id, clock.now())
      const facts = await ledger.apiKey(id)
      if (facts) return shown(facts)
      throw new Fault('api_key_unknown', 'There is no API key with this id.', 'See lethe api-key list for the ids.')
    },
  }
}

const invalid = (sentence: string): Fault =>
  new Fault(
    'api_key_invalid',
    `This API key cannot be made. ${sentence}`,
    `Name it in up to 60 letters, digits, spaces, _ and -, with scopes from ${scopes.join(', ')}.`,
  )

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const shown = ({ id, name, scopes, createdAt, revokedAt }: ApiKeyFacts): ShownKey => ({
  id,
  name,
  scopes,
  createdAt: new Date(createdAt).toISOString(),
  revokedAt: isoOrNull(revokedAt),
})
