// One page of a list that is read with a cursor.
export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}
