/** PostgreSQL as board, contents and schema need it: a server, or PGlite in this process. */
export interface Database {
  query<R>(text: string, params?: readonly unknown[]): Promise<{ readonly rows: readonly R[] }>
  /** Statements without parameters, several in one text, as one transaction. */
  exec(text: string): Promise<unknown>
  /**
   * Hears notifications, in order, from the moment it resolves until the returned function is called. `gap` is called when
   * some may have been missed; where it fails, it is called again.
   */
  listen(channel: string, heard: (payload: string) => void, gap: () => Promise<void>): Promise<() => Promise<void>>
}
