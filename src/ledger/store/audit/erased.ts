import { followed } from '../restored.ts'
import { answer, type Check } from './answer.ts'

/** The list of erasures, without which a restored backup would know people again that were erased since. */
export const erasuresListed: Check = async (store) => {
  const marks = followed(store)
  // Before the list, which is written before them.
  const [inStore, inKeyStore] = [await marks.store.get(), await marks.keyStore.get()]
  const { entries, damaged } = store.erased.entries()
  const [behind, last] = [Math.min(inStore, inKeyStore), entries.at(-1)?.sequence ?? 0]
  const gaps = entries.filter(({ sequence }, index) => sequence !== (entries[index - 1]?.sequence ?? 0) + 1)
  const faults = [
    ...(damaged > 0 ? [`${damaged} lines of the list are damaged`] : []),
    ...gaps.map(({ sequence }) => `the list has lost lines before ${sequence}`),
    ...(inStore > last ? [`the list ends at ${last}, and the store followed it to ${inStore}`] : []),
    ...(last > behind ? [`${last - behind} erasures since the backup are not done again: lethe restore-check`] : []),
  ]
  return answer(
    faults.slice(0, 10),
    `${entries.length} erasures are listed apart from the store, which followed them all`,
  )
}
