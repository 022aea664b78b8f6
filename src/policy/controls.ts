import type { ConsentRule, Policy } from './policy.ts'

/** What the software does so that a statement is true, and how a run could show that it does not. */
export interface Control {
  readonly does: string
  readonly proof: string
  /** Whether this policy switches the control on; always on where absent. */
  readonly on?: (policy: Policy) => boolean
  /** Nothing is done that it could apply to: a statement about it is empty, and true. A narrowing overlay leads there. */
  readonly idle?: (policy: Policy) => boolean
}

const kinds = ({ events }: Policy) => [events.open, events.click]
const allOff = (policy: Policy) => kinds(policy).every(({ mode }) => mode === 'off')
const anyIndividual = (policy: Policy) => kinds(policy).some(({ mode }) => mode === 'individual')
const asking = ({ purposes }: Policy, rule: ConsentRule) =>
  [...purposes.values()].filter(({ consent }) => consent === rule)
const everyProof = 'every connection and name look-up of a run goes to a declared processor'
const bytes = 'a unique value of the person is searched for in the bytes of every store, beside one planted to be found'

/** Every control that a statement may name. Nothing may be claimed that is not here: the notice quotes this table. */
export const controls: Readonly<Record<string, Control>> = {
  'closed-egress': { does: 'data goes to no host but those of the declared processors', proof: everyProof },
  'vetted-processors': {
    does: 'each processor is declared with its agreement, and mail is handed to no other host',
    proof: 'with a host that is not declared, nothing starts',
  },
  'conditional-disclosure': {
    does: 'a class of recipients whose condition is not met gets nothing',
    proof: 'a disclosure to such a class is denied',
  },
  'sealed-at-rest': { does: 'personal values are stored sealed', proof: bytes },
  'hashed-keys': { does: 'access keys are shown once and kept as a hash', proof: 'a key is found in no byte at rest' },
  'revoked-keys': {
    does: 'stolen keys are revoked, and old links stay harmless',
    proof: 'a revoked key is refused at once; links under a revoked one record nothing',
  },
  'scoped-keys': { does: 'an access key shows what its scope needs', proof: 'a key for statistics sees no address' },
  'closed-schema': {
    does: 'nothing is taken or stored that the policy does not name',
    proof: 'an unknown field is refused; the stored columns are those of the catalogue',
  },
  'no-payment-data': {
    does: 'values that are card numbers are refused',
    proof: 'a card number is refused and stored nowhere',
  },
  'bound-purpose': {
    does: 'each message names one declared purpose, which cannot change',
    proof: 'another purpose for the same address is refused',
  },
  'optional-fields': { does: 'what is optional may be left out', proof: 'a mail without a name is sent' },
  'kept-groups': {
    does: 'of a sent mail only the granted groups are kept',
    proof: 'one unique value in each input; exactly the granted ones are held',
  },
  'shredded-content': {
    does: 'content lies sealed until the outcome and is destroyed with it',
    proof: 'a unique value of the body is found nowhere after the outcome, a failure or a crash',
  },
  'coarse-events': {
    does: 'a hit is recorded from nothing, field by field, as coarsely as granted',
    proof: 'the address and the user agent are found in no byte, the queue included',
    on: (policy) => !allOff(policy),
    idle: (policy) => allOff(policy),
  },
  'unlinkable-tallies': {
    does: 'hits are only counted, through one token for everybody',
    proof: 'the pictures and links of all recipients are the same bytes',
    on: (policy) => !anyIndividual(policy) && !allOff(policy),
    idle: (policy) => allOff(policy),
  },
  'no-tracking': {
    does: 'mail is delivered without a pixel and with its own links',
    proof: 'the delivered page equals the composed one, byte for byte',
    on: (policy) => allOff(policy),
  },
  'sealed-token': {
    does: 'a token is sealed and unlike for every message',
    proof: 'no two messages share a part of a token but the fingerprint of the key',
    on: (policy) => anyIndividual(policy),
    idle: (policy) => !anyIndividual(policy),
  },
  'no-referrer': {
    does: 'a link tells the page behind it nothing of the token',
    proof: 'in a browser, the target sees no token',
  },
  'last-open-only': {
    does: 'of an open only its date is kept, and the next one overwrites it',
    proof: 'after two opens, one date is held and nothing else of them',
    on: (policy) => policy.hygiene !== null,
  },
  'small-cells': {
    does: 'counts of too few people are not shown, nor what would reveal them',
    proof: 'one person cannot be told from two reports',
    on: (policy) => policy.tallies !== null,
    idle: (policy) => policy.tallies === null,
  },
  'no-cookie': { does: 'no cookie is set or read', proof: 'no answer of the public side sets one' },
  'honoured-signals': {
    does: 'a signal against tracking stops the recording',
    proof: 'a hit with the signal is answered and not recorded',
    on: (policy) => kinds(policy).every(({ mode, honours }) => mode === 'off' || honours.size > 0),
  },
  'bound-retention': {
    does: 'every row carries the day on which it ends',
    proof: 'with a shifted clock, rows go on that day',
  },
  'bare-logs': {
    does: 'log lines hold no address, program, page or person',
    proof: 'unique values of a run are in no line',
  },
  'log-retention': { does: 'log lines are deleted by age', proof: 'aged lines are gone' },
  'chained-audit': {
    does: 'the audit log is a keyed chain, and sealed values are authenticated',
    proof: 'a changed, dropped, reordered or cut-off entry is found',
  },
  'consent-receipt': {
    does: 'mail that needs a consent is sent only with its wording, time and source on record',
    proof: 'without the record the mail is refused',
    on: (policy) => asking(policy, 'opt-in').length > 0,
    idle: (policy) => asking(policy, 'opt-in').length === 0,
  },
  'separate-consent': {
    does: 'being tracked is asked for apart from being written to',
    proof: 'a consent to mail alone leaves the mail untouched',
    idle: (policy) => !anyIndividual(policy),
    on: (policy) =>
      anyIndividual(policy) &&
      kinds(policy).every(({ mode, purpose }) => {
        const asked = policy.purposes.get(purpose)
        return mode !== 'individual' || (asked?.consent === 'opt-in' && !asked.sends)
      }),
  },
  'relationship-evidence': {
    does: 'offers that nobody asked for go only where the relationship is shown',
    proof: 'without the evidence the mail is refused',
    on: (policy) => asking(policy, 'opt-out').some(({ evidence }) => evidence !== null),
    idle: (policy) => !asking(policy, 'opt-out').some(({ sends }) => sends),
  },
  'one-click': {
    does: 'one click stops the mail, and this is looked up again before sending',
    proof: 'a queued mail is dropped',
    on: (policy) => [...policy.purposes.values()].some(({ subscribed }) => subscribed),
    idle: (policy) => [...asking(policy, 'opt-in'), ...asking(policy, 'opt-out')].every(({ sends }) => !sends),
  },
  withdrawal: {
    does: 'a consent taken back counts at once, and for mail already sent',
    proof: 'a queued mail leaves untracked; an old pixel adds no byte to the queue',
  },
  objection: {
    does: 'an objection stops one purpose, the others go on',
    proof: 'a campaign is refused, a certificate sent',
  },
  restriction: {
    does: 'restricted data is kept and nothing is added',
    proof: 'no new mail and no new event until it is lifted',
  },
  erasure: { does: 'rows and keys of a person are destroyed', proof: bytes },
  minors: {
    does: 'who is found to be a child is erased and not written to',
    proof: bytes,
    on: (policy) => policy.minors !== null,
  },
  access: {
    does: 'everything held about a person is exported',
    proof: 'the export is complete, and holds nobody else',
  },
  portability: {
    does: 'an export is JSON with a schema and a version',
    proof: 'it validates, and imports to the same',
  },
  rectification: { does: 'a correction reaches what is still queued', proof: 'a queued mail uses the new name' },
  'open-cases': {
    does: 'a concern is a case with a deadline',
    proof: 'it is listed until answered; overdue ones are found',
  },
  'break-glass': {
    does: 'a disclosure by law is an export with a reason, logged',
    proof: 'no key is in it, the reason is in the log',
  },
  'reachable-contact': { does: 'people are told whom to write to', proof: 'without a contact no policy compiles' },
  'versioned-notice': {
    does: 'the notice shows the policy in force, its version, day and digest',
    proof: 'the page serves exactly the policy in force',
  },
  'announced-change': {
    does: 'what allows more waits for its notice',
    proof: 'with a shifted clock: before, the old rules; after, the new ones, if the notice went out',
    on: (policy) => policy.changes.noticeDays > 0,
  },
  'narrowing-overlay': { does: 'an extending policy can only narrow', proof: 'one that widens does not compile' },
  'narrower-wins': {
    does: 'where the text contradicts itself, the narrower is in force',
    proof: 'what only the wider would allow is refused',
  },
  'private-mailbox': {
    does: 'the built-in mailbox is for trying out and needs a key',
    proof: 'without the key it shows nothing',
  },
  'first-hop-tls': {
    does: 'mail is handed over encrypted, or not at all',
    proof: 'a server in clear or with a bad certificate gets nothing',
    on: (policy) => policy.tls === 'required',
  },
  'declared-tls': { does: 'whether mail may be handed over in clear is declared', proof: 'the notice says so' },
  'https-links': { does: 'links in mail are https', proof: 'with an address in clear off loopback, nothing starts' },
  attested: {
    does: 'the organisation vouches for this; no software can',
    proof: 'an attestation past its day is a finding of the audit',
  },
  'never-done': { does: 'this software never does this', proof: 'the check of the policy says that it is refused' },
}

/** Of these controls, those that the policy switches on. */
export const controlsOn = (ids: readonly string[], policy: Policy): readonly string[] =>
  ids.filter((id) => controls[id]?.on?.(policy) !== false)
