import type { Column, Says, Table } from './column.ts'

/** The column names of one table, so that the compiler misses a column that the catalogue does not describe. */
export type ColumnsOf<T extends { readonly $inferSelect: object }> = keyof T['$inferSelect'] & string

type Row<T extends { readonly $inferSelect: object }> = T['$inferSelect']

/** A table whose texts in clear each say what they may hold, unless the schema itself lists the words: else it does not compile. */
export type TableOf<T extends { readonly $inferSelect: object }> = Omit<Table<ColumnsOf<T>>, 'columns'> & {
  readonly columns: {
    readonly [name in ColumnsOf<T>]: string extends Row<T>[name & keyof Row<T>]
      ? Column & { readonly says: Says }
      : Column
  }
}
