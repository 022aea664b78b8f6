import { publicRandom } from './seal.ts'

/** 16 random bytes as 22 characters of base64url: a message, a campaign, an event, a case. Says nothing about anyone. */
export type Id = string & { readonly __id?: never }

/** 12 random bytes as 16 characters of base64url: a data subject. Not derived from the address, so it dies with its row. */
export type Handle = string & { readonly __handle?: never }

export const newId = (): Id => publicRandom(16).toString('base64url')
export const newHandle = (): Handle => publicRandom(12).toString('base64url')

/**
 * Ids that lie beside each other in an index: one random beginning, the rest random for each (96 and 72 bits). Five hundred
 * rows then touch a few pages of each index instead of five hundred, which at a million rows is half of what a row costs.
 * What it tells is that they were made together, which their rows say anyway.
 */
export function idsTogether(): () => Id {
  const begin = Buffer.from(publicRandom(4))
  return () => Buffer.concat([begin, publicRandom(12)]).toString('base64url')
}

export function handlesTogether(): () => Handle {
  const begin = Buffer.from(publicRandom(3))
  return () => Buffer.concat([begin, publicRandom(9)]).toString('base64url')
}

export const idOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
export const bytesOf = (id: string): Buffer => Buffer.from(id, 'base64url')
