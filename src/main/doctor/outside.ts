import { resolve4, resolve6, resolveMx, resolveTxt, reverse } from 'node:dns/promises'
import type { Outside } from './finding.ts'

const nothing = new Set(['ENOTFOUND', 'ENODATA'])

/** A name that is not there is an answer; a resolver that fails is none. */
async function found<T>(question: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await question
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (nothing.has(code)) return []
    throw error
  }
}

const patience = 8_000

/** The resolver and the network of this machine. */
export const askOutside: Outside = {
  txt: async (name) => (await found(resolveTxt(name))).map((parts) => parts.join('')),
  mx: async (name) => (await found(resolveMx(name))).map(({ exchange }) => exchange).filter((host) => host !== ''),
  addresses: async (host) => [...(await found(resolve4(host))), ...(await found(resolve6(host)))],
  names: (address) => found(reverse(address)),
  status: async (url) => (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience) })).status,
}
