import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * One folder for what the tests of a run share, so that the many Lethes that they start are there sooner: compiled code, and
 * an embedded queue that was opened once. Gone with the run.
 */
export default function openScratch(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), 'lethe-run-'))
  process.env.LETHE_TEST_SCRATCH = scratch
  process.env.NODE_COMPILE_CACHE = join(scratch, 'compiled')
  return () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
}
