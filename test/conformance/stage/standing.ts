import { AsyncLocalStorage } from 'node:async_hooks'

/** Whether some work was handed a store or a queue of the shape that is tried. The stage notes it, never a row of itself. */
interface Standing {
  onShape: boolean
}

/** What came of some work, or will, and whether it stood on the shape. */
export interface Noted<T> {
  readonly made: Promise<T>
  readonly standing: Readonly<Standing>
}

const here = new AsyncLocalStorage<Standing>()

/** Called wherever something of the shape is handed out: whoever is at work stands on it from now on. */
export function standOnShape(): void {
  const mine = here.getStore()
  if (mine) mine.onShape = true
}

/** Does the work and notes what it stands on, its own work's work included. */
export function noted<T>(work: () => Promise<T>): Noted<T> {
  const standing = { onShape: false }
  return { made: here.run(standing, work), standing }
}

/** What others made: whoever uses it stands on what they stood on. */
export async function taken<T>({ made, standing }: Noted<T>): Promise<T> {
  try {
    return await made
  } finally {
    if (standing.onShape) standOnShape()
  }
}
