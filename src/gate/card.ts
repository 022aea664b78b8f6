import { Fault } from '../base/index.ts'

const cardShaped = /(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)/g

/** The check digit of ISO/IEC 7812-1. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    sum += index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)
  }
  return sum % 10 === 0
}

/** No policy has a purpose for payment cards in mail, so their numbers are refused before anything is stored. */
export function refuseCards(values: readonly (string | null)[]): void {
  for (const value of values) {
    for (const [found] of value?.matchAll(cardShaped) ?? []) {
      if (!passesLuhn(found.replace(/\D/g, ''))) continue
      throw new Fault(
        'card_number',
        'A name or merge field holds what looks like a payment card number.',
        'Leave card numbers out of mail; write the last four digits if the reader needs them.',
      )
    }
  }
}
