// Words of calling somebody outside, and why a number is not dialed.
export const dial = {
  open: 'Dial',
  title: 'Call somebody',
  field: 'Number, or a customer’s name',
  call: 'Call',
  callNumber: 'Call {number}',
  callAgain: 'Call again',
  last: 'Called last',
  none: 'You have called nobody yet.',
  contacts: 'Customers',
  noContacts: 'No customer found.',
  searching: 'Searching',
  failed: 'The search did not work. Type the whole number, or try again.',
  steps: { fetching: 'Your telephone', dialed: 'Dialing', ringing: 'It rings there', answered: 'Answered', over: 'Over' },
  to: 'Calls {name}',
  outcome: '{name}: {result}',
  cause: '{result} (cause {cause})',
  results: {
    busy: 'busy',
    no_answer: 'nobody answered',
    rejected: 'the call was rejected',
    no_such_number: 'this number does not exist',
    congestion: 'the line is overloaded; try again in a moment',
    unreachable: 'cannot be reached: switched off, out of coverage or out of order',
    cancelled: 'cancelled',
    no_phone: 'your own telephone did not answer; look at the voice badge',
    caller_hung_up: 'hung up at once',
    lost_switch: 'the telephone switch stopped',
    lost_while_away: 'lost while Callroom was away',
    failed: 'a fault ended the call',
    other: 'did not come about',
  },
  direction: { inbound: 'Inbound', outbound: 'Outbound' },
}

export const dialErrors = {
  phone_busy: 'Your telephone still has another call. Try again in a moment.',
}
