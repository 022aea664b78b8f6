import type { Value } from './value.ts'

/** A value that began at one place of a text and ended at another. */
export interface Parsed {
  readonly value: Value
  readonly end: number
}

/** There is no value here; `at` is how far somebody had to read to know it. */
export class NoValue extends Error {
  readonly at: number
  constructor(why: string, at: number) {
    super(why)
    this.at = at
  }
}

const blank = /[\0\t\n\f\r ]/
const regular = /[^\0\t\n\f\r ()<>[\]{}/%]/
const deepest = 64

/** One value of `text` from `at` on; throws NoValue where there is none: the reader of the file makes a fault of it. */
export function parseValue(text: string, at: number, depth = 0): Parsed {
  const start = skipBlank(text, at)
  const first = text[start]
  if (first === undefined || depth > deepest) throw new NoValue('no value', start)
  if (first === '/') return name(text, start)
  if (first === '(') return literal(text, start)
  if (first === '[') return list(text, start + 1, depth)
  if (first === '<') return text[start + 1] === '<' ? dictionary(text, start + 2, depth) : hexadecimal(text, start)
  return word(text, start)
}

export function skipBlank(text: string, at: number): number {
  let place = at
  for (;;) {
    while (place < text.length && blank.test(text[place]!)) place++
    if (text[place] !== '%') return place
    while (place < text.length && text[place] !== '\n' && text[place] !== '\r') place++
  }
}

function name(text: string, start: number): Parsed {
  let end = start + 1
  while (end < text.length && regular.test(text[end]!)) end++
  return { value: text.slice(start, end), end }
}

function literal(text: string, start: number): Parsed {
  let open = 0
  for (let place = start; place < text.length; place++) {
    if (text[place] === '\\') place++
    else if (text[place] === '(') open++
    else if (text[place] === ')' && --open === 0) return { value: text.slice(start, place + 1), end: place + 1 }
  }
  throw new NoValue('a string has no end', text.length)
}

function hexadecimal(text: string, start: number): Parsed {
  const end = text.indexOf('>', start) + 1
  if (end === 0) throw new NoValue('a string has no end', text.length)
  return { value: text.slice(start, end), end }
}

function list(text: string, start: number, depth: number): Parsed {
  const values: Value[] = []
  for (let place = skipBlank(text, start); ; place = skipBlank(text, place)) {
    if (text[place] === ']') return { value: values, end: place + 1 }
    const { value, end } = parseValue(text, place, depth + 1)
    values.push(value)
    place = end
  }
}

function dictionary(text: string, start: number, depth: number): Parsed {
  const entries = new Map<string, Value>()
  for (let place = skipBlank(text, start); ; place = skipBlank(text, place)) {
    if (text.startsWith('>>', place)) return { value: entries, end: place + 2 }
    const key = parseValue(text, place, depth + 1)
    const { value, end } = parseValue(text, key.end, depth + 1)
    if (typeof key.value !== 'string' || !key.value.startsWith('/')) throw new NoValue('a key is no name', end)
    entries.set(key.value, value)
    place = end
  }
}

const reference = /(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/y

function word(text: string, start: number): Parsed {
  reference.lastIndex = start
  const found = reference.exec(text)
  if (found) return { value: { object: Number(found[1]) }, end: reference.lastIndex }
  let end = start
  while (end < text.length && regular.test(text[end]!)) end++
  const value = text.slice(start, end)
  if (!/^(?:[+-]?(?:\d+\.?\d*|\.\d+)|true|false|null)$/.test(value)) throw new NoValue('a word means nothing here', end)
  return { value, end }
}
