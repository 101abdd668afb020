// Words about hidden telephone numbers.
export const numbers = {
  title: 'Customers\' numbers',
  asRole: 'As the role',
  rights: { see: 'Whole', reveal: 'Hidden, on request', masked: 'Hidden' },
  userHelp: 'For this person alone, before what the role says.',
  intro: 'A hidden number reads 138****8000: no page, pop, call log, export or ringing phone holds the whole of it. “On request” needs a reason, gives one number at a time and is written to the audit log. Changes hold at once.',
  perDay: 'Numbers that one person may ask for in a day',
  perDayHelp: 'By the local date; the next day counts anew.',
  show: 'Show the whole number ({number})',
  why: 'Why do you need it?',
  example: 'For example: asked for a text message',
  logged: 'The reason and your name go to the audit log.',
  rule: 'At least 4 letters, or 2 Chinese characters.',
  needReason: 'Say why first, in 4 letters or more.',
  submit: 'Show',
  dial: 'Dial',
  left: '{n} more number today | {n} more numbers today',
}
