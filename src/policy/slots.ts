import { isTable, type Json } from './canonical.ts'
import type { Path, Report } from './fault.ts'

/** The values that a deployment's own file fills, and what stands there until then: visibly a placeholder. */
const slots: ReadonlyMap<string, (text: string) => Json> = new Map([
  ['effective', (text: string): Json => `[${text}]`],
  ['controller.name', (text: string): Json => `[${text}]`],
  ['controller.contact', (text: string): Json => `[${text}]`],
  ['controller.address', (text: string): Json => `[${text}]`],
  ['controller.officer', (text: string): Json => `[${text}]`],
  ['controller.authority', (text: string): Json => `[${text}]`],
  ['processors', (): Json => []],
  ['processors.*.agreement', (text: string): Json => `[${text}]`],
  ['attestations', (): Json => ({})],
  ['attestations.*.by', (text: string): Json => `[${text}]`],
  // Long over: what nobody vouches for must not count, not even for a day.
  ['attestations.*.until', (): Json => unfilledDay],
])

const unfilledDay = '1970-01-01'

export const isUnfilledDay = (day: string): boolean => day === unfilledDay

const placeholderAt = (path: Path) => {
  const [clause, , ...rest] = path
  return slots.get(path.join('.')) ?? (rest.length ? slots.get([clause, '*', ...rest].join('.')) : undefined)
}

export const isSlot = (value: Json | undefined): boolean => isTable(value) && Object.hasOwn(value, 'slot')

export interface Slotted {
  /** The document with placeholders where slots were. */
  readonly document: Json
  readonly unfilled: readonly string[]
}

export function fillSlots(document: Json, report: Report): Slotted {
  const unfilled: string[] = []
  const walk = (value: Json, path: Path): Json => {
    if (Array.isArray(value)) return value.map((each, index) => walk(each, [...path, index]))
    if (!isTable(value)) return value
    if (!isSlot(value))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each, [...path, key])]))
    const placeholder = placeholderAt(path)
    const text = value.slot
    if (
      !placeholder ||
      typeof text !== 'string' ||
      !/^[\p{L}\p{N} ,.'-]{1,80}$/u.test(text) ||
      Object.keys(value).length > 1
    ) {
      const next = `Write the value itself. Slots are: ${[...slots.keys()].join(', ')}, each as { slot: what belongs here }.`
      report.fault(
        path,
        'slot_odd',
        'There is no slot here, or it does not say in a few words what belongs in it.',
        next,
      )
      return ''
    }
    unfilled.push(path.join('.'))
    return placeholder(text)
  }
  return { document: walk(document, []), unfilled }
}
