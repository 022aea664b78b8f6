import { intermediaries } from './names.ts'
import { readers } from './people.ts'
import { type Agent, decide, type Weights, weigh } from './rule.ts'
import { shapes } from './shape.ts'
import type { TextRule } from './text-rule.ts'
import { declared } from './words.ts'

/** Every rule about a user agent, readable as a table. Their order means nothing: all that match are weighed. */
export const userAgentRules: readonly TextRule[] = [...intermediaries, ...declared, ...shapes, ...readers]

/** What a user agent says, as weights: worth caching, while what surrounds the hit is weighed each time. */
export const weighUserAgent = (userAgent: string): Weights =>
  weigh(userAgentRules.filter(({ test }) => test.test(userAgent)))

/** The class of a user agent alone. Only timing and network tell a scanner that wears a browser's name. */
export const classify = (userAgent: string): Agent => decide(weighUserAgent(userAgent))

/** True for what Apple's and Microsoft's picture fetchers share: nothing about a reader can be read from it. */
export const isStripped = (userAgent: string): boolean =>
  intermediaries.some(({ toward, test }) => toward === 'prefetch' && test.test(userAgent))
