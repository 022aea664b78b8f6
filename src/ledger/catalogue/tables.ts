/** The column names of one table, so that the compiler misses a column that the catalogue does not describe. */
export type ColumnsOf<T extends { readonly $inferSelect: object }> = keyof T['$inferSelect'] & string
