import { bytesOf, type Day, dayOf } from '../../base/index.ts'
import type { HeldValue } from '../ledger.ts'

/**
 * One row of an export, and its values turned back into what is stored; what is absent or of another type is null. Numbers
 * that are stored are integers.
 */
export type HeldRow = Readonly<Record<string, HeldValue>>

export const textAt = (row: HeldRow, key: string): string | null => {
  const value = row[key]
  return typeof value === 'string' ? value : null
}
export const numberAt = (row: HeldRow, key: string): number | null => {
  const value = row[key]
  return Number.isSafeInteger(value) ? Number(value) : null
}
export const instantAt = (row: HeldRow, key: string): number | null => {
  const at = Date.parse(textAt(row, key) ?? '')
  return Number.isNaN(at) ? null : at
}
export const dayAt = (row: HeldRow, key: string): Day | null => {
  const at = instantAt(row, key)
  return at === null ? null : dayOf(at)
}
export const bytesAt = (row: HeldRow, key: string): Buffer | null => {
  const text = textAt(row, key)
  return text === null ? null : bytesOf(text)
}
