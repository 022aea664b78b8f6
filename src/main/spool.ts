import { createReadStream } from 'node:fs'
import { lstat, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../base/index.ts'
import { type FeedbackIntake, newBounded } from '../sending/index.ts'

export interface SpoolNeeds {
  readonly folder: string
  readonly intake: FeedbackIntake
  readonly log: Log
  /** Between two looks, in milliseconds. */
  readonly everyMillis?: number
}

/** A file this young may still be written to. */
const settledMillis = 1_000
/** A report that is early for longer will not become ripe. */
const givenUpMillis = 3_600_000

/**
 * A folder into which a mail server puts returned mails, one a file, also as a Maildir. Each is read once and removed. Its
 * times are the file system's, whatever the clock of this process says.
 */
export function watchSpool({ folder, intake, log, everyMillis = 5_000 }: SpoolNeeds): { stop(): Promise<void> } {
  let round: Promise<void> = Promise.resolve()
  let stopping = false

  async function look(): Promise<void> {
    for (const place of [folder, join(folder, 'new'), join(folder, 'cur')]) {
      for (const name of await namesIn(place)) {
        if (stopping) return
        await take(join(place, name)).catch(() => log.warn('spool_failed', { code: 'spool_failed' }))
      }
    }
  }

  async function take(path: string): Promise<void> {
    const found = await lstat(path)
    const age = Date.now() - found.mtimeMs
    // Anything but a plain file was not put there by a mail server.
    if (!found.isFile() || (age >= 0 && age < settledMillis)) return
    const report = newBounded()
    for await (const chunk of createReadStream(path)) report.add(chunk)
    const state = await intake.takeMail(report.mail(), null)
    if (state === 'done' || age > givenUpMillis) await unlink(path)
  }

  const run = (): void => {
    round = round.then(look).catch(() => log.warn('spool_failed', { code: 'spool_unreadable' }))
  }
  run()
  const timer = setInterval(run, everyMillis)
  return {
    stop: async () => {
      stopping = true
      clearInterval(timer)
      await round
    },
  }
}

async function namesIn(place: string): Promise<readonly string[]> {
  try {
    return (await readdir(place)).filter((name) => !name.startsWith('.') && name !== 'tmp').sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
