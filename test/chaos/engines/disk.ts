import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Disk {
  readonly dir: string
  /** False where this user may mount nothing: then it is a folder, which is not filled. */
  readonly bounded: boolean
  /** Fills it to the last byte. */
  fill(): void
  free(): void
  close(): void
}

const open = new Set<() => void>()
process.once('exit', () => {
  for (const close of open) close()
})

/** A disk of its own in memory, so that it can be full. A sync of it costs nothing. */
export function openDisk(name: string, megabytes: number): Disk {
  const dir = mkdtempSync(join(tmpdir(), `lethe-chaos-${name}-`))
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`]
  const bounded = spawnSync('mount', [...options, 'tmpfs', dir], { stdio: 'ignore' }).status === 0
  const ballast = join(dir, 'ballast')
  const close = (): void => {
    if (!open.delete(close)) return
    // Lazily: a server that was killed a moment ago may hold it for another one.
    if (bounded) execFileSync('umount', ['-l', dir])
    rmSync(dir, { recursive: true, force: true })
  }
  open.add(close)
  return {
    dir,
    bounded,
    fill() {
      const { bavail, bsize } = statfsSync(dir)
      spawnSync('fallocate', ['-l', String(Math.max(1, bavail - 4) * bsize), ballast])
      const file = openSync(ballast, 'a')
      try {
        for (;;) writeSync(file, Buffer.alloc(4096))
      } catch {
        // That was the last byte.
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    close,
  }
}
