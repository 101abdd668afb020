// Element Plus types every row of a table as "any record"; a page notes here which rows it put in. Not checked.
export type Cell<Row> = { row: Row extends object ? any : never }
