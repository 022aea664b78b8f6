import { isTable, type Json } from './canonical.ts'
import type { Path, Report } from './fault.ts'

// What a policy may not say: words that leave the list open, and seals that nobody can give.
const barred: readonly (readonly [pattern: RegExp, code: string, sentence: string, next: string])[] = [
  [
    /\b(?:but|though) (?:is |are )?not (?:be )?limited to\b|\bwithout limitation\b|\bamong other things\b|\betc\b/i,
    'wording_open',
    'These words leave open what else is meant.',
    'Name what is meant, and nothing more.',
  ],
  [
    /\b(?:gdpr|ccpa|hipaa|dpdp|privacy|law)[- ]compliant\b|\bcompl(?:ies|y) with (?:the )?(?:gdpr|ccpa|all laws)\b/i,
    'wording_seal',
    'Software cannot give the seal of a law.',
    'Say what is done; leave the judgement to others.',
  ],
  [
    /\b(?:100 ?%|completely|fully|absolutely) (?:secure|safe|anonymous)\b|\btamper-proof\b/i,
    'wording_absolute',
    'Nobody can promise this.',
    'Say what is done instead.',
  ],
]

/** Faults for every text of the document that a reader could not hold anyone to. */
export function checkWording(document: Json, report: Report, path: Path = []): void {
  if (typeof document === 'string') {
    for (const [pattern, code, sentence, next] of barred)
      if (pattern.test(document)) report.fault(path, code, sentence, next)
  } else if (Array.isArray(document)) {
    for (const [index, each] of document.entries()) checkWording(each, report, [...path, index])
  } else if (isTable(document)) {
    for (const [key, each] of Object.entries(document)) checkWording(each, report, [...path, key])
  }
}
