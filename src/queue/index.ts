/**
 * BullMQ behind one face. In: windows of ids, permitted events, upkeep task names, stopped handles. Out: the same, to the
 * workers. Forbidden: addresses, subjects, bodies, URLs, IPs, user agents, SMTP texts (law 2).
 */
export type { Notice, QueueOptions } from './engine.ts'
export { openQueue, queueHosts } from './open.ts'
export type * from './queue.ts'
export type { Tracing } from './tracing.ts'
