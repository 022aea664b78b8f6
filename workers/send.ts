import type { Queue, Running } from '../src/queue/index.ts'
import type { Deliverer, Feed } from '../src/sending/index.ts'

/**
 * Windows of ids become mail. Two at a time, so that one window's last outcomes are written while the next one's first
 * mails are on their way; how many mails go out at once is the transport's limit, whatever the windows.
 */
export function startSending(queue: Pick<Queue, 'workWindows'>, deliverer: Deliverer, feed: Feed): Running {
  const running = queue.workWindows(async (ids) => {
    await deliverer.deliver(ids)
    feed.nudge()
  }, 2)
  // Together: windows that come in between would be taken, and given back by time only.
  return { stop: async () => void (await Promise.all([running.stop(), deliverer.stop()])) }
}
