/** Some work; what it resolves with is to be done as well. */
export type Task = () => Promise<readonly Task[]>

/** Does all tasks and what comes of them, at most `abreast` at the same time; the first rejection ends it. */
export async function workOff(tasks: readonly Task[], abreast: number): Promise<void> {
  const waiting = [...tasks]
  const busy = new Set<Promise<void>>()
  const begin = (task: Task): void => {
    const work = task()
      .then((more) => void waiting.push(...more))
      .finally(() => busy.delete(work))
    busy.add(work)
  }
  while (waiting.length > 0 || busy.size > 0) {
    while (busy.size < abreast && waiting.length > 0) begin(waiting.shift()!)
    await Promise.race(busy)
  }
}
