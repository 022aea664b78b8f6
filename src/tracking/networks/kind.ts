import type { Range } from './address.ts'

/**
 * What is known of a network:
 *
 *   relay        hides where its users are (iCloud Private Relay): people, but not their place
 *   image-proxy  a mail provider fetches pictures from here for its readers
 *   microsoft    Outlook's picture fetchers and Safe Links live side by side here
 *   scanner      its owner says that it scans
 *   cloud        a data centre that anybody can rent
 */
export const networkKinds = ['relay', 'image-proxy', 'microsoft', 'scanner', 'cloud'] as const
export type NetworkKind = (typeof networkKinds)[number]

export const isNetworkKind = (text: string): text is NetworkKind => networkKinds.some((kind) => kind === text)

/** Ranges of one origin; a newer set of the same name takes its place. */
export interface NetworkSet {
  readonly name: string
  readonly kind: NetworkKind
  /** The day of the facts, as YYYY-MM-DD. */
  readonly date: string
  readonly ranges: readonly Range[]
}
