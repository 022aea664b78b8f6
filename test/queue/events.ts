import { dayOf, newId } from '../../src/base/index.ts'
import { type PermittedEvent, readmit, type Wire } from '../../src/gate/index.ts'
import { bookOf, noon, policy } from '../gate/scene.ts'

const now = policy()
const book = bookOf(now)

/** Genuine events, made by the gate from wires of ours; `country` is a value that a search can look for. */
export function someEvents(count: number, country = 'PT'): readonly PermittedEvent[] {
  return Array.from({ length: count }, () => {
    const wire: Wire = [
      newId(),
      'open',
      now.number,
      newId(),
      0,
      dayOf(noon) + 30,
      { at: noon - (noon % 1000), country },
    ]
    const { permitted } = readmit(wire, now, book.all, dayOf(noon))
    if (!permitted) throw new Error('the scene does not permit its own event')
    return permitted
  })
}

export const idsOf = (events: readonly PermittedEvent[]): readonly string[] => events.map(({ wire }) => wire[0])
