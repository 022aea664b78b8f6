import type { Counters } from './role.ts'

/** What a tracker says of its hits; null for a text that says nothing of them. */
export function countersIn(text: string): Counters | null {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const sum = (name: string): number =>
    samples
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  if (!samples.some((line) => line.startsWith('lethe_hits_answered_total '))) return null
  return {
    answered: sum('lethe_hits_answered_total'),
    recorded: sum('lethe_events_recorded_total'),
    late: sum('lethe_events_late_total'),
    lost: sum('lethe_events_lost_total'),
    pending: sum('lethe_events_pending'),
    refused: sum('lethe_hits_refused_total'),
  }
}

/** Jobs of a queue that are not done yet, as any process tells it; null where the engine did not say. */
export function waitingIn(text: string, queue: string): number | null {
  const lines = text.split('\n').filter((line) => line.startsWith(`lethe_queue_jobs{queue="${queue}"`))
  const open = lines.filter((line) => /state="(waiting|active|delayed)"/.test(line))
  return open.length === 0 ? null : open.reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
