/**
 * What an API key may do, and how one looks. A folder with its own door, because every process reads keys and only one with
 * the store needs the rest of this room.
 */

/**
 * Hand in mail and ask what became of it; read counts; see what one person did, or a mail; act on a person's rights; keep
 * the house, other keys included.
 */
export const scopes = ['send', 'report', 'reveal', 'rights', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** `lethe_<id>_<secret>`: the id finds the row, the secret is 32 random bytes. */
export const keyPattern = /^lethe_([\w-]{22})_([\w-]{43})$/
