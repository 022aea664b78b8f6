import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Reader, type Response } from 'maxmind'
import type { Place } from '../gate/index.ts'

/** The two shapes of records that country databases have; every part may be absent. */
export interface Found {
  readonly country_code?: unknown
  readonly country?: { readonly iso_code?: unknown }
  readonly subdivisions?: readonly { readonly iso_code?: unknown }[]
}

const nowhere: Place = Object.freeze({ country: null, region: null })

export interface Atlas {
  place(address: string): Place
  /** A code, once the database could not be read: at opening or at a look-up. */
  readonly fault: 'geo_unreadable' | 'geo_broken' | null
}

const bundled = (): string =>
  createRequire(import.meta.url).resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb')

/** Opens an `.mmdb` file, or the bundled one. A database that cannot be read answers null and says so; it never throws. */
export function openAtlas(file?: string): Atlas {
  let reader: Reader<Response> | null = null
  let fault: Atlas['fault'] = null
  // The reader hands out the same record for the same part of the file: its place is found out once.
  const places = new WeakMap<Found, Place>()
  const known = (found: Found | null): Place => {
    if (found === null) return nowhere
    const place = places.get(found)
    if (place !== undefined) return place
    const read = placeOf(found)
    places.set(found, read)
    return read
  }
  try {
    reader = new Reader(readFileSync(file ?? bundled()), { cache: newRecords() })
  } catch {
    fault = 'geo_unreadable'
  }
  return {
    place(address) {
      if (reader === null || address === '') return nowhere
      try {
        return known(reader.get(address) as Found | null) // the file decides the shape; placeOf checks each part
      } catch {
        fault = 'geo_broken'
        return nowhere
      }
    },
    get fault() {
      return fault
    },
  }
}

const mostRecords = 4000

/** Records by where they begin in the file: of countries there are a few hundred, and no address is among what is kept. */
function newRecords<T>() {
  const records = new Map<string | number, T>()
  return {
    get: (at: string | number) => records.get(at),
    set: (at: string | number, record: T) => {
      if (records.size >= mostRecords) records.clear()
      records.set(at, record)
    },
  }
}

/** A record cut down to what the language of policies has words for; every other part of it is not even read. */
export function placeOf(found: Found | null): Place {
  const country = code(found?.country_code ?? found?.country?.iso_code, /^[A-Z]{2}$/)
  if (country === null) return nowhere
  const part = code(found?.subdivisions?.[0]?.iso_code, /^[A-Z0-9]{1,3}$/)
  // ISO 3166-2: a subdivision's code means something only behind its country's.
  return { country, region: part === null ? null : `${country}-${part}` }
}

const code = (value: unknown, pattern: RegExp): string | null =>
  typeof value === 'string' && pattern.test(value) ? value : null
