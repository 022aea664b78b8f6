#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'

// Loading makes much that is thrown away at once: V8 would keep 30 MB for such moments as long as the process lives.
setFlagsFromString('--semi-space-growth-factor=1')
// Before anything native is loaded: better-sqlite3's binary crashes an old Node instead of explaining itself.
const major = Number(process.versions.node.split('.')[0])
if (major < 22) {
  process.stderr.write(`Lethe needs Node 22 or newer, and this is ${process.versions.node}.\n`)
  process.exit(2)
}
// Whoever read our output may go away (`| head`, a log collector that restarts): no reason to drop mail that is being sent.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
