// Words of what a campaign's list says of somebody.
export const leadCard = {
  title: 'From the list',
  list: 'List',
  attempt: 'Attempt',
  nth: 'No. {n}',
  otherNumbers: 'Other numbers',
  earlier: 'Earlier attempts',
  more: 'Show all',
  less: 'Show less',
  moreColumns: 'Show {n} more',
  gone: 'No list has this person any more.',
}
