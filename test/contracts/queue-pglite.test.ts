import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../queue/plant.ts'
import { describeQueue } from './queue.ts'

describeQueue('PGlite', (noticed) => openEngine(`pglite:${mkdtempSync(join(tmpdir(), 'lethe-queue-'))}`, noticed))
