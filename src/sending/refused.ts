import type { Purpose } from '../policy/policy.ts'

/**
 * Whom the policy refuses mail of a purpose, and what mends it where anything does: the rule of `maySend` in words. It tells
 * of the purpose and of no person.
 */
export function whyRefused({ name, consent, evidence, bound }: Purpose): string {
  const stays = 'Who took it back, objected, is restricted or on the suppression list stays refused.'
  const how = `Bring each consent in the columns ${name}_consent_at, ${name}_consent_source and ${name}_consent_wording, or record it with POST /v1/consents; then send a new campaign.`
  if (consent === 'opt-in')
    return `Mail for "${name}" goes only to people with a consent to it on record. ${how} ${stays}`
  if (evidence === 'relationship') {
    return `Mail for "${name}" goes only to people who are on record as customers. ${how} ${stays}`
  }
  if (consent === 'opt-out' || bound) {
    return `Mail for "${name}" goes to no address that was first given for something else, but with a consent. ${how} ${stays}`
  }
  return 'Who is refused objected, is restricted or on the suppression list: there is nothing to mend.'
}
