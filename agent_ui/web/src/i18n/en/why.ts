// Why a button or the microphone cannot be used.
export const why = {
  offline: 'Callroom cannot be reached at the moment; this works again once it answers.',
  refused: 'Your telephone may not be called: {reason}.',
  elsewhere: 'You talk at another telephone than this page: answer there.',
  otherTab: 'The softphone is in another tab or window; use it there, or move it here.',
  phone: 'The softphone is still connecting.',
  isReady: 'You are ready already.',
  inCall: 'End the call first.',
  unchanged: 'Nothing was changed.',
  empty: 'Write something first.',
}

export const microphone = {
  unknown: 'Checking the microphone',
  ask: 'The browser asks for permission once.',
  granted: 'The microphone is allowed.',
  denied: 'The microphone is blocked. Click the icon left of the address, allow the microphone, and reload.',
  missing: 'No microphone found. Plug in a headset and try again.',
  busy: 'Another program uses the microphone. Close it and try again.',
  insecure: 'Browsers give microphones only to https pages. Open Callroom by https, or on this computer by 127.0.0.1.',
}
