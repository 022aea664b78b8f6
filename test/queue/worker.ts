import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../../src/base/index.ts'
import { openQueue } from '../../src/queue/index.ts'

// A process that takes a window and a batch and never finishes: the tests kill it in the middle of its work.
const [url = ''] = process.argv.slice(2)
const queue = await openQueue(url)
await queue.addWindow([newId()])
queue.workWindows(async ([id]) => {
  process.stdout.write(`has ${id}\n`)
  await sleep(1_000_000)
}, 1)
