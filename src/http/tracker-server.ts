import type { Server } from 'node:http'
import { pageListener } from './page-listener.ts'
import { newPages, type PageParts } from './pages/app.ts'
import { type HitParts, newHitServer } from './tracker.ts'

export type TrackerParts = PageParts & HitParts

/** The public side of a process with the store: hits, and all pages. */
export const newTrackerServer = (parts: TrackerParts): Server =>
  newHitServer(
    parts,
    pageListener(parts.trust, (visitor) => newPages({ ...parts, visitor })),
  )
