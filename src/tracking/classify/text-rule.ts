import type { Rule } from './rule.ts'

/** A rule about what the client calls itself. */
export interface TextRule extends Rule {
  readonly test: RegExp
}
