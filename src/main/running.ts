export interface RunningLethe {
  /** What a person wants to know after the start. */
  readonly banner: string
  /** Stops listening, commits what was answered, finishes or returns what was being sent, and closes the stores. */
  stop(): Promise<void>
}
