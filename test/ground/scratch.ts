import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * One folder for what the tests of a run share, so that the many Lethes that they start are there sooner: compiled code, and
 * an embedded queue that was opened once, the files of a new PostgreSQL. Gone with the run.
 */
export default function openScratch(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), 'lethe-run-'))
  chmodSync(scratch, 0o711) // a PostgreSQL started by root is another user, and copies its files from here
  process.env.LETHE_TEST_SCRATCH = scratch
  process.env.NODE_COMPILE_CACHE = join(scratch, 'compiled')
  return () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
}
