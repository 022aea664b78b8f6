/** Who fetched: a reader, a mail provider's proxy on a reader's behalf, a fetch ahead of any reader, or a machine that checks. */
export type Agent = 'person' | 'proxy' | 'prefetch' | 'scanner' | 'unknown'

/** What a rule can speak for. Nobody can be evidence for `unknown`: that is what is left. */
export type Leaning = Exclude<Agent, 'unknown'>

/**
 * How much a rule says. A `hint` never decides against a browser, nor do two or three; a `sign` decides where nothing
 * speaks against it; `evidence` outweighs what a client says of itself; a `proof` outweighs everything.
 */
export const strengths = Object.freeze({ hint: 2, sign: 4, evidence: 8, proof: 16 })
export type Strength = keyof typeof strengths

export interface Rule {
  readonly id: string
  /** Why this says anything at all. */
  readonly reason: string
  readonly toward: Leaning
  readonly strength: Strength
}

/**
 * The number of this set of rules; an event keeps it beside its class, so that figures of different sets are never taken
 * for figures of one. Raise it with every change of a rule, a strength or a threshold.
 */
export const ruleSet = 4

/** Points toward each class. */
export interface Weights {
  readonly person: number
  readonly proxy: number
  readonly prefetch: number
  readonly scanner: number
}

export const nothing: Weights = Object.freeze({ person: 0, proxy: 0, prefetch: 0, scanner: 0 })

export function weigh(rules: readonly Rule[]): Weights {
  const sum = { ...nothing }
  for (const { toward, strength } of rules) sum[toward] += strengths[strength]
  return sum
}

const lead = strengths.sign

/**
 * The verdict. A proxy or a prefetch that proves itself stays what it is: it works for a reader, and is never called a
 * scanner for sitting in a data centre. Otherwise what speaks for a machine is set against what speaks for a person, and
 * where neither leads clearly nobody knows. A client's claims for a person count once, however many it makes: anybody can
 * write a user agent.
 */
export function decide({ person, proxy, prefetch, scanner }: Weights): Agent {
  if (proxy >= strengths.evidence) return 'proxy'
  if (prefetch >= strengths.evidence) return 'prefetch'
  const claim = Math.min(person, strengths.sign)
  if (scanner - claim >= lead) return 'scanner'
  return claim > scanner + proxy + prefetch ? 'person' : 'unknown'
}
