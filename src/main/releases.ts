/** What opens returns how to close it; closing runs last in, first out, and one failure does not keep the others open. */
export interface Releases {
  add(release: () => unknown): void
  run(): Promise<void>
}

export function newReleases(): Releases {
  const stack: (() => unknown)[] = []
  return {
    add: (release) => void stack.push(release),
    run: async () => {
      const failures: unknown[] = []
      for (let release = stack.pop(); release; release = stack.pop()) {
        try {
          await release()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
