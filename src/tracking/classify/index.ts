/**
 * Who fetched. In: what a client calls itself, as text, and what surrounds its hit. Out: one of five words. The rules are
 * tables to be read; each has an id, a reason, a class that it speaks for and a strength, and all that match are weighed.
 */
export { circumstanceRules, weighCircumstance } from './circumstance.ts'
export { classify, isStripped, userAgentRules, weighUserAgent } from './classify.ts'
export { type Agent, decide, type Rule, ruleSet, strengths, type Weights } from './rule.ts'
