// Words of an agent's states and of the pauses that the system sets.
export const state = {
  signed_out: 'Signed out',
  not_ready: 'Not ready',
  ready: 'Ready',
  dialing: 'Dialing',
  ringing: 'Ringing',
  talking: 'Talking',
  wrap_up: 'Wrap-up',
  next: 'Then: {state}',
  overdue: 'overdue',
  choose: 'Change state',
  offline: 'Not connected',
}

export const reason = {
  missed_call: 'Missed call',
  declined_call: 'Declined a call',
  phone_lost: 'Phone lost',
  screen_lost: 'Page was away',
  signed_in: 'Just signed in',
  by_supervisor: 'By supervisor',
}
