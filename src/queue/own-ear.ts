import type { BoardChange, Queue } from './queue.ts'

/**
 * A board whose followers in this process have heard of a stop when it resolves. The engine's own notification comes a moment
 * later, on a connection of its own: without this, whoever withdraws could be answered before the tracker beside the API knew.
 * They hear it twice then, which says nothing new. A lift may wait for the notification.
 */
export function withOwnEar(board: Queue['board']): Queue['board'] {
  const followers = new Set<(change: BoardChange) => void>()
  return {
    ...board,
    async stop(entries) {
      await board.stop(entries)
      for (const heard of followers) for (const { handle, until } of entries) heard({ kind: 'stop', handle, until })
    },
    async follow(heard) {
      const following = await board.follow(heard)
      followers.add(heard)
      return {
        stop: async () => {
          followers.delete(heard)
          await following.stop()
        },
      }
    },
  }
}
