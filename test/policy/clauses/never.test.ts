import { expect, test } from 'vitest'
import { lineOf, lines } from '../written.ts'
import { toldOf } from './asked.ts'

const region = { open: lines.open!.replace('at: hour', 'region: value') }

test('a promise never to know the country bars the region, which tells it', () => {
  expect(toldOf({ ...region, never: 'never: [country]' }).faults).toEqual([`never_granted ${lineOf('never')}`])
  expect(toldOf({ ...region, never: 'never: [open.country]' }).faults).toEqual([`never_granted ${lineOf('never')}`])
})

test('a promise about clicks bars nothing of opens, and one about the region leaves the country', () => {
  expect(toldOf({ ...region, never: 'never: [click.country]' }).faults).toEqual([])
  const country = { open: lines.open!.replace('at: hour', 'country: value') }
  expect(toldOf({ ...country, never: 'never: [region]' }).faults).toEqual([])
})
