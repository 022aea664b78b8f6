import type { ServerResponse } from 'node:http'
import type { Trust } from '../client-address.ts'
import type { ForwardParts } from '../forward.ts'
import type { ShellParts } from '../pages/shell.ts'
import type { Pages } from '../tracker.ts'

export interface LatePageParts {
  readonly trust: Trust
  readonly shell: ShellParts
  readonly forward: Omit<ForwardParts, 'visitor'>
}

/**
 * The pages of a tracker without the store, loaded when the first of them is asked for: the framework, and Node's own fetch
 * behind it, hold ten megabytes, and most trackers answer nothing but hits.
 */
export function newLatePages({ trust, shell, forward }: LatePageParts): Pages {
  let loading: Promise<Pages> | null = null
  async function load(): Promise<Pages> {
    const [{ pageListener }, { newFront }, { newForward }] = await Promise.all([
      import('../page-listener.ts'),
      import('../pages/front.ts'),
      import('../forward.ts'),
    ])
    return pageListener(trust, (visitor) => newFront(shell, newForward({ ...forward, visitor })))
  }
  return async (request, response) => {
    loading ??= load()
    const pages = await loading.catch(() => null)
    if (pages) return void pages(request, response)
    // Files that went away under a running process: the next request looks again.
    loading = null
    shell.log?.warn('pages_not_loaded', { code: 'pages_missing' })
    unavailable(response)
  }
}

function unavailable(response: ServerResponse): void {
  response.writeHead(503, { 'Retry-After': '60', 'Cache-Control': 'no-store', 'Content-Length': '0' })
  response.end()
}
