// With what agents talk.
export const phones = {
  title: 'Telephone',
  kinds: { browser: 'This page', sip: 'SIP telephone', outside: 'Number outside' },
  help: {
    browser: 'They talk with the headset at the computer.',
    sip: 'A desk telephone or a SIP program with an account of its own. Calls are answered and muted there, everything else is done in the page.',
    outside: 'Any telephone, for example a mobile. Each call to it costs what a call costs. Calls are answered and muted there.',
  },
  number: 'Number with area code',
  persistent: 'Keep the line up through the shift',
  persistentHelp: 'It is called once when they sign in. Calls come to it without ringing; hanging up in the page ends the talk and keeps the line.',
  beep: 'Beep before each call',
  showAccount: 'Show the account',
  account: 'Account',
  server: 'Server',
  badge: 'Line',
  badgeHelp: 'Your telephone, kept up through the shift; press to call it anew',
  states: { down: 'off', ringing: 'being called: pick up', up: 'up', closing: 'being renewed', lost: 'lost' },
}
