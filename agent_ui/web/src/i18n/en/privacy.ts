// Words about exporting and erasing personal data.
export const privacy = {
  title: 'Personal data',
  copy: 'Export everything about them (ZIP)',
  hold: 'Legal hold',
  release: 'Lift the legal hold',
  held: 'Legal hold',
  holdText: 'While it is held nothing about this customer can be erased, and recordings do not expire.',
  holdWhy: 'Reason, such as a case number',
  erase: 'Erase for good',
  eraseHeld: 'Erase for good (under legal hold)',
  eraseTitle: 'Erase “{name}” for good?',
  eraseText: 'Name, numbers, notes, timeline, open items, recordings and messages are erased from the database and its files. It cannot be undone.',
  eraseKeeps: 'Counts and lengths of calls stay in the statistics, with nothing about this person. Copies in backups go when the backups expire.',
  typeName: 'Type the name “{name}” to confirm',
  erased: 'Erased, {recordings} recordings with it; {calls} calls stay as statistics only.',
}
