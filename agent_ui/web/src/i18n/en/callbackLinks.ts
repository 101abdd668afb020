// Links to callback forms, as administrators see them.
export const callbackLinks = {
  add: 'New link',
  hint: 'Customers who open such a link (you may print it as a QR code) leave their number and stand in line without waiting on the telephone. Their queue must have “Callback instead of waiting” switched on.',
  empty: 'No links yet',
  emptyHint: 'A link opens a page on which customers ask to be called back; put it on your site, in mails or on paper.',
  name: 'Name',
  nameHelp: 'Customers see it as the heading of the page.',
  queue: 'Queue',
  notOffered: 'This queue promises no callbacks: switch on “Callback instead of waiting” in its settings.',
  address: 'Address',
  origins: 'Sites with a form of their own',
  originsHelp: 'Only if your own site asks by the API: its origins, such as https://www.example.com. Leave it empty otherwise.',
  abroad: 'Foreign numbers, too',
  made: '{who}, {when}',
  revoked: 'Taken back by {who}, {when}',
  restore: 'Open again',
  taken: '“{name}” opens nothing any more. Callbacks that were promised are kept.',
}
