import { spawn } from 'node:child_process'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

const chunk = 1024 * 1024

const program = `
  import { json } from 'node:stream/consumers'
  const [module] = process.argv.slice(-1)
  const { searchHere } = await import(module)
  const { places, needles } = await json(process.stdin)
  const counts = await searchHere(places, needles.map((hex) => Buffer.from(hex, 'hex')))
  process.stdout.write(JSON.stringify(counts))`

/**
 * `searchHere` in a process of its own. A process that closes a file loses every lock that it holds on it (fcntl(2)), and
 * SQLite's are of that kind: read from here, the folder's lock would be gone, and a second Lethe could open the same data.
 */
export async function searchFiles(
  places: readonly string[],
  needles: readonly Uint8Array[],
): Promise<readonly number[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, import.meta.url], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
  })
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject))
  child.stdin.on('error', () => undefined) // a child that ended early shows in its answer
  child.stdin.end(JSON.stringify({ places, needles: needles.map((needle) => Buffer.from(needle).toString('hex')) }))
  // One number for each needle: the program above writes nothing else.
  return Promise.race([json(child.stdout) as Promise<readonly number[]>, failed])
}

/** How often each needle lies in these files and in all files of these folders, byte for byte. What is gone meanwhile is skipped. */
export async function searchHere(
  places: readonly string[],
  needles: readonly Uint8Array[],
): Promise<readonly number[]> {
  const counts = needles.map(() => 0)
  const seen = new Set<string>()
  for (const path of (await Promise.all(places.map(filesIn))).flat()) {
    if (seen.has(path)) continue
    seen.add(path)
    const file = await open(path).catch(() => null)
    if (file === null) continue
    try {
      await searchFile(file, needles, counts)
    } finally {
      await file.close()
    }
  }
  return counts
}

async function filesIn(place: string): Promise<readonly string[]> {
  const facts = await stat(place).catch(() => null)
  if (facts === null) return []
  if (facts.isFile()) return [place]
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

/** Chunks overlap by the longest needle, so that none hides at a cut; one that lies whole in the overlap counts once. */
async function searchFile(file: FileHandle, needles: readonly Uint8Array[], counts: number[]): Promise<void> {
  const overlap = Math.max(1, ...needles.map(({ length }) => length)) - 1
  const buffer = Buffer.alloc(chunk + overlap)
  let kept = 0
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, kept, chunk, at)
    if (bytesRead === 0) return
    at += bytesRead
    const view = buffer.subarray(0, kept + bytesRead)
    for (const [index, needle] of needles.entries()) {
      for (let found = view.indexOf(needle); found >= 0; found = view.indexOf(needle, found + 1)) {
        if (found + needle.length > kept) counts[index]! += 1
      }
    }
    const tail = Math.min(overlap, view.length)
    view.copy(buffer, 0, view.length - tail)
    kept = tail
  }
}
