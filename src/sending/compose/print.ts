import type { Link, Segment } from './analyse.ts'
import { destinationOf } from './destination.ts'
import { fill, type ValueFor } from './field.ts'
import type { Addressing, Tracks } from './track.ts'

/** Longer links break in some clients and gateways; a link that would pass this stays as it is. */
const longestUrl = 1500

const textReferences: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (each) => textReferences[each]!)

/** Outside quotes also blanks, `=` and the backtick could end a value or begin an attribute. */
const escapeBare = (value: string): string =>
  value.replace(/[\s&<>"'`=]/g, (each) => textReferences[each] ?? `&#${each.charCodeAt(0)};`)

/** Joins the segments for one recipient: values escaped, tokens only where `tracks` allows them, everything else as written. */
export function printHtml(
  segments: readonly Segment[],
  tracks: Tracks,
  valueFor: ValueFor,
  address: Addressing,
): { readonly html: string; readonly links: readonly string[] } {
  const links: string[] = []
  const print = (segment: Segment): string => {
    if (typeof segment === 'string') return segment
    if (segment.kind === 'pixel') return tracks.open !== 'off' ? pixel(address.open()) : ''
    if (segment.kind === 'link')
      return (tracks.click !== 'off' && tracked(segment)) || segment.asWritten.map(print).join('')
    const value = valueFor(segment.name)
    return segment.bare ? escapeBare(value) : escapeHtml(value)
  }
  const tracked = (link: Link): string | null => {
    // A destination that a recipient's value completes would make that recipient's link unlike all others.
    const personal = tracks.click === 'shared' && typeof link.destination !== 'string'
    const destination = personal ? null : whereTo(link, valueFor)
    const url = destination && address.click(link.ordinal, destination)
    const kept = url && url.length <= longestUrl ? destination : null
    links[link.ordinal - 1] = kept ?? ''
    return kept === null ? null : link.quote + url + link.quote
  }
  let html = ''
  for (const segment of segments) html += print(segment)
  return { html, links }
}

const whereTo = ({ destination }: Link, valueFor: ValueFor): string | null =>
  typeof destination === 'string' ? destination : destinationOf(fill(destination, valueFor))

/** One transparent pixel: empty alt, so that a screen reader says nothing; no attribute names anyone. */
const pixel = (url: string): string =>
  `<img src="${url}" alt="" width="1" height="1" style="display:block;width:1px;height:1px;border:0">`
