import type { Scope, Widening } from '../clause.ts'
import type { ConsentRule } from '../policy.ts'
import type { PurposesWritten, PurposeWritten } from './purposes.ts'

const strictness: readonly ConsentRule[] = ['none', 'opt-out', 'opt-in']

/** The purposes that are not switched off. */
export const kept = (written: PurposesWritten) =>
  Object.entries(written).flatMap(([name, each]) => (each === 'off' ? [] : [[name, each] as const]))

/** Subscribed mail promotes something of the sender's own unless it says otherwise. */
export const promotes = ({ promotes, subscribed }: PurposeWritten) => promotes ?? (subscribed ? 'own' : 'nothing')

/** Where `mine` has a purpose more, or asks people for less. */
export const purposesWiden = (base: PurposesWritten, mine: PurposesWritten, scope: Scope): readonly Widening[] =>
  kept(mine).flatMap(([name, each]) =>
    scope === 'ceiling' ? exceeds(name, base, each) : widened(name, base[name], each),
  )

function widened(name: string, base: PurposesWritten[string] | undefined, mine: PurposeWritten): Widening[] {
  const path = ['purposes', name]
  if (!base || base === 'off') return [{ path, sentence: 'This purpose is not in what is extended.' }]
  const found: Widening[] = []
  const add = (key: string, text: string) => found.push({ path: [...path, key], sentence: text })
  // No compiler can tell whether other words mean less.
  if (mine.means !== base.means) add('means', 'Other words make it another purpose.')
  if (mine.basis !== base.basis) add('basis', 'Another lawful basis makes it another purpose.')
  if (asksLess(base, mine)) add('consent', 'This asks people for less.')
  if (base.evidence && !mine.evidence && mine.consent === 'opt-out') add('evidence', 'This asks for no evidence.')
  if (base.bound && !mine.bound) add('bound', 'It went only to addresses that were given for it.')
  if (promotes(mine) !== 'nothing' && promotes(base) === 'nothing') add('promotes', 'It promoted nothing before.')
  if (mine.sends && !base.sends) add('sends', 'No mail was sent for this purpose before.')
  if (!mine.subscribed && base.subscribed) add('subscribed', 'This takes the way out of the mail.')
  if (mine.unknown_outcome === 'resend' && base.unknown_outcome === 'hold')
    add('unknown_outcome', 'This can send twice.')
  return found
}

const asksLess = (base: PurposeWritten, mine: PurposeWritten) =>
  strictness.indexOf(mine.consent) < strictness.indexOf(base.consent)

/** What a purpose is, however it is called. */
const role = (each: PurposeWritten) =>
  each.sends ? (promotes(each) === 'nothing' ? 'service' : 'promotion') : 'recording'

/** Under a ceiling a purpose asks at least what the ceiling's purpose of the same role asks; the one of its name, if any. */
function exceeds(name: string, ceiling: PurposesWritten, mine: PurposeWritten): Widening[] {
  // Bounded by its own clause: nothing but the last open can serve it, and without an attested exemption it does not compile.
  if (name === 'hygiene' && !mine.sends) return []
  const peers = kept(ceiling).filter(([, each]) => role(each) === role(mine))
  const [, base] = peers.find(([other]) => other === name) ?? peers[0] ?? []
  const path = ['purposes', name]
  if (!base) return [{ path, sentence: 'The ceiling has no purpose of this kind.' }]
  const found: Widening[] = []
  const add = (key: string, text: string) => found.push({ path: [...path, key], sentence: text })
  if (asksLess(base, mine)) add('consent', 'The ceiling asks people for more.')
  if (base.evidence && !mine.evidence && mine.consent === 'opt-out') add('evidence', 'The ceiling asks for evidence.')
  if (!mine.subscribed && base.subscribed) add('subscribed', 'The ceiling wants a way out in the mail.')
  return found
}
