import type { Context, Hono } from 'hono'
import { newShell, type ShellParts } from './shell.ts'

/** The pages of a tracker without the store: its own, and the way to the others. */
export function newFront(parts: ShellParts, forward: (c: Context) => Promise<Response>): Hono {
  const app = newShell(parts)
  for (const path of ['/u/:token', '/me', '/me/:token', '/me/:token/erase', '/confirm/:token', '/v/:token']) {
    app.all(path, forward)
  }
  return app
}
