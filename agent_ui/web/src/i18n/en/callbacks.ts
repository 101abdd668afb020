// Callers who are called when their turn comes: on the floor, and the rules of a queue.
export const callbacks = {
  title: 'To be called back',
  states: { waiting: 'in line', checking: 'turn has come', calling: 'being called', paused: 'later' },
  why: { closed: 'closed now', dial_cap_number: 'dialed as often as a day allows', dial_cap_agent: 'the free agent has dialed as many as an hour allows', unchecked: 'could not be checked' },
  in_person: 'has called in and waits',
  web: 'asked for on the website',
  tries: '{done} of {most} attempts',
  again: 'again at {at}',
  cancelOf: 'Cancel the callback for {name}',
  cancelTitle: 'Cancel the callback for {name}?',
  cancelText: 'They will not be called, and nobody tells them.',
  cancelYes: 'Take out of line',
}

export const callbackRules = {
  title: 'Callback instead of waiting',
  hint: 'Callers in line are told that they may hang up: they keep their place and are called when it is their turn.',
  after_s: 'Offered after',
  above_expected_s: 'From an expected wait of',
  either: 'Both of these',
  both: 'must be true',
  one: 'or one of them is enough',
  key: 'Key to press',
  attempts: 'Attempts',
  retry_s: 'Next attempt after',
  expires_s: 'Given up after',
  agent_first: 'Who is called first',
  agentFirst: 'The agent',
  customerFirst: 'The customer',
  may_change_number: 'Also at another number',
  help: {
    after_s: 'In line; said again every one and a half minutes.',
    above_expected_s: '0: however long it will be.',
    key: 'Callers hear it in the offer.',
    attempts: 'How often they are dialed; an agent who does not take it is none.',
    retry_s: 'When nobody answered, or it was busy.',
    expires_s: 'After they asked for it. What was promised and not kept becomes a task like a missed call.',
    agentFirst: 'An agent takes it like any call and hears the number being dialed: whoever answers hears a person at once.',
    customerFirst: 'They are dialed while an agent is free, and are next in line when they answer: agents do not wait for the ringing.',
    may_change_number: 'They type it in, and hear it read back. The dial rules hold for it.',
  },
}

export const callbackErrors = {
  unknown_callback: 'This callback is over already.',
  callback_under_way: 'They are being called right now.',
}
