// The shapes that the push connection sends; the Python side writes them in `Floor.view`.

import type { Cause } from '@/api/queues'

export type AgentState = 'signed_out' | 'not_ready' | 'ready' | 'ringing' | 'dialing' | 'talking' | 'wrap_up'
export type CallState = 'in_menu' | 'dialing' | 'waiting' | 'ringing' | 'connecting' | 'talking' | 'held' | 'handed_over' | 'parked' | 'rejoining' | 'leaving' | 'ended'
export type PartyState = 'ringing' | 'consulted' | 'aside' | 'in_room'

export interface Caller {
  number: string | null
  name: string
}

/** Somebody whom the agent called to the call: a colleague or a number outside. */
export interface PartyView {
  party_id: string
  agent_id: number | null
  name: string
  number: string | null
  state: PartyState
  invited_at: string
  answered_at: string | null
}

export type Mode = 'listen' | 'whisper' | 'barge' | 'take_over'

/** A supervisor who attends a call; `confirmed` when the switch has done what `mode` asks for. */
export interface SupervisionView {
  supervisor_id: number
  name: string
  agent_id: number
  state: 'ringing' | 'listening' | 'whispering' | 'barged' | 'taking_over'
  mode: Mode
  confirmed: boolean
  since: string | null
}

/** What a supervisor did to an agent's state last. */
export interface ForcedView {
  /** `machine`: no person did it, but the campaign's rule about machines. */
  act: 'hang_up' | 'ready' | 'pause' | 'sign_out' | 'take_over' | 'machine'
  by: string
  at: string
}

/** A step of the ladder, and what made the caller take it. */
export interface ClimbView {
  why: Cause
  raise_by: number
  also_queue_id: number | null
}

/** How far it is with a call that an agent dials. */
export interface DialView {
  state: 'fetching' | 'dialed' | 'ringing' | 'answered' | 'over'
  begun_at: string
  rang_at: string | null
}

export interface CallView {
  call_id: string
  direction: 'inbound' | 'outbound'
  state: CallState
  /** Until they answer. */
  dial: DialView | null
  /** The person outside, whoever called. */
  caller: Caller
  /** The number of ours. */
  dialed: string
  arrived_at: string
  queue_id: number | null
  queue_name: string | null
  priority: number
  /** What the flow or a supervisor gave; the customer's level counts on top. */
  flow_priority: number
  /** Steps of its queue's ladder that it has taken. */
  climbed?: ClimbView[]
  queued_at: string | null
  /** In line: now less this is what was waited, an earlier wait included; null when not in line, see `waited_s`. */
  waiting_since: string | null
  waited_s: number
  agent_id: number | null
  agent_name: string | null
  offered_until: string | null
  ring_started_at: string | null
  talk_started_at: string | null
  /** The agent's page went: until then the caller is held for it. */
  rejoin_until?: string | null
  /** The customer hears music since then. */
  held_since: string | null
  /** Where the agent is: with the customer, with somebody who is consulted, or with nobody. */
  seat: 'in_room' | 'consulting' | 'alone' | null
  parties: PartyView[]
  /** Agents of whom the switch lets nothing through; a page mutes its microphone by itself. */
  muted?: number[]
  /** What the switch did not carry out last of muting (`muted`) and letting through again; gone with the next press. */
  mute_failures?: { agent_id: number; muted: boolean; at: string }[]
  /** Who transferred it last, unannounced. */
  passed_on_by?: { agent_id: number; name: string } | null
  /** Kept with music for somebody to pick up. */
  parked?: { slot: number; agent_id: number; since: string; until: string } | null
  /** Who was called last and did not come, until the next is called. */
  unreached: { party_id: string; name: string; number: string | null; result: 'busy' | 'no_answer' | 'declined' | 'unreachable' } | null
  /** Agents see it only where the setting says so. */
  supervisions?: SupervisionView[]
  ended_at: string | null
  end_reason: string | null
  /** By Q.850; 0: nobody said one. */
  end_cause: number
  customer_id: number | null
  customer_name?: string | null
  /** What the agent called for. */
  task_id: number | null
  callback_id?: string | null
  /** Whose call it is; null: no campaign's. */
  campaign_id: number | null
  /** What was heard to have answered a campaign's call, if it is no person; a verdict's word. */
  machine?: string | null
  /** We call because they asked for it elsewhere, in these words. */
  request?: { origin: string; name: string; wish: string } | null
  recording: boolean
  /** null: not recorded. Between wanted and done, as Asterisk said it. */
  recording_state: 'starting' | 'on' | 'pausing' | 'paused' | 'resuming' | 'stopping' | null
  recording_paused_until: string | null
  recording_pause_failed: boolean
  /** Who had the talk recorded; null: a rule did. */
  recording_asked_by: 'agent' | 'supervisor' | null
  /** It begins with a notice: the caller hears that now, and nobody else. */
  recording_notice: boolean
  /** The line lets its agents record. */
  recording_offered: boolean
  recording_not_begun: boolean
  recording_stop_failed: boolean
  /** Why this caller is not recorded. */
  no_recording: 'refused' | 'not_told' | null
  position: number | null
  expected_wait_s: number | null
}

export type PhoneKind = 'browser' | 'sip' | 'outside'

export interface AgentView {
  agent_id: number
  name: string
  extension: string | null
  state: AgentState
  reason: string
  since: string
  call_id?: string | null
  next_state: string | null
  wrap_up_until: string | null
  needs_disposition: boolean
  phone_reachable: boolean
  screen_connected: boolean
  /** The call that this person attends as a supervisor; colleagues are not told. */
  supervises?: string | null
  forced?: ForcedView | null
  /** They want a supervisor in their talk; colleagues are not told. */
  help?: { asked_at: string; state: 'asked' | 'taken'; taken_by: number | null } | null
  /** With what they talk; colleagues are not told. */
  phone?: PhoneKind
  persistent?: boolean
  /** Why the dial rules do not let their number outside be called, "" if they do. */
  phone_refusal?: string
  own_leg?: 'down' | 'ringing' | 'up' | 'closing' | 'lost'
  queue_ids: number[]
}

/** Who hung up and is called when their turn comes. */
export interface CallbackView {
  callback_id: string
  state: 'waiting' | 'checking' | 'calling' | 'paused'
  queue_id: number
  queue_name: string
  caller: { number: string; name: string }
  /** '' for a call, 'web' for a form; then the caller's name and the wish are their own words. */
  origin: '' | 'web'
  wish: string
  customer_id: number | null
  customer_name: string
  waiting_since: string
  expires_at: string
  due_at: string | null
  why: string
  attempts: number
  most_attempts: number
  in_person: boolean
  call_id: string | null
  /** Among all who stand in that line; null while it is paused or being called. */
  position: number | null
}

export interface QueueView {
  queue_id: number
  name: string
  service_level_s: number
  waiting: string[]
  callbacks: number
  longest_wait_since: string | null
  agents_ready: number
  agents_talking: number
  agents_signed_in: number
  today: { offered: number; answered: number; abandoned: number }
}

/** From where on a figure is to be watched, and from where on it is an alarm. */
export interface Targets {
  service_level_watch: number
  service_level_alarm: number
  waiting_watch: number
  waiting_alarm: number
  wait_watch_s: number
  wait_alarm_s: number
  abandon_watch: number
  abandon_alarm: number
}

export interface QueueThresholds extends Targets {
  /** For how many seconds its agents may be in a state. */
  states: Partial<Record<AgentState, number>>
}

/** Set by supervisors for each queue (by its id as text); `usual` where nobody did. */
export interface ThresholdsView {
  queues: Record<string, QueueThresholds>
  usual: Targets
}

export interface QueueFigures {
  offered: number
  answered: number
  abandoned: number
  short_abandoned: number
  passed_on: number
  callbacks_promised: number
  callbacks_kept: number
  /** Callbacks that nobody called for, as in the reports: ordered on a page, and of these talked with. */
  web_ordered: number
  web_reached: number
  open: number
  service_level_ratio: number | null
  asa_s: number | null
  aht_s: number | null
  abandon_ratio: number | null
}

export interface AgentFigures {
  calls: number
  talk_s: number
  aht_s: number | null
  occupancy_ratio: number | null
}

/** Today's, counted as the wallboards count; `counting` is false until the day was read from the log. */
export interface FiguresView {
  counting: boolean
  queues: Record<string, QueueFigures>
  agents: Record<string, AgentFigures>
}

export interface SystemView {
  node_up: Record<string, boolean>
  stale_since: string | null
  problems?: string[]
  recording?: { ok: boolean; reason: string | null }
  /** Room on the server’s disks. */
  disk?: { ok: boolean; reason: string | null }
  /** Calls go on without it; what people save is refused meanwhile. */
  database?: { ok: boolean; reason: string | null }
}

export interface PopInteraction {
  at: string
  kind: string
  text: string
  by: string | null
  /** What became of a call. */
  call?: { disposition: string | null; note: string; talked_s: number; end_reason: string | null } | null
}

export interface PopItem {
  kind: 'follow_up' | 'callback' | 'missed' | 'voicemail'
  title: string
  due_at: string | null
}

export interface PopMatch {
  customer_id: number
  name: string
  company: string | null
  level: string | null
  owner_name: string | null
  language: string | null
  is_vip: boolean
  tags?: string[]
  /** The customer is on the do-not-call list. */
  do_not_call?: boolean
  last_interactions: PopInteraction[]
  open_items: PopItem[]
}

export interface PopView {
  call_id: string
  number_e164: string | null
  withheld: boolean
  /** The number itself is on the do-not-call list. */
  do_not_call?: boolean
  matches: PopMatch[]
  /** The lookup failed: nothing is known, which is not the same as nobody. */
  unavailable?: boolean
}

/** A task that reminds now. */
export interface Reminder {
  id: number
  kind: 'follow_up' | 'callback' | 'missed' | 'voicemail'
  title: string
  due_at: string | null
  remind_at: string
  priority: number
  tries: number
  owner_id: number | null
  queue_name: string | null
  customer_id: number | null
  customer_name: string | null
  /** Whom a campaign's list has, and of which campaign, where it was agreed in a call of it. */
  person_name: string | null
  campaign_name: string | null
  number: string | null
  number_ref: string | null
}

/** What one person has to do; `tomorrow` is when the house’s next day begins. */
export interface TodoView {
  overdue: number
  today: number
  later: number
  more: boolean
  tomorrow: string
  reminding: number
  reminders: Reminder[]
}

/** Keys are `call:<id>`, `agent:<id>`, `queue:<id>`, `pop:<call id>`, `tasks:<user id>`, `preview:<user id>` and `system`. */
export type Objects = Readonly<Record<string, unknown>>

export interface SnapshotMessage {
  type: 'snapshot'
  seq: number
  at: string
  me: number | null
  objects: Record<string, unknown>
}

/** Messages of callers that nobody has heard, of one's queues. */
export interface PostboxView {
  unheard: number
}

export interface ChangeMessage {
  type: 'change'
  seq: number
  at: string
  objects: Record<string, unknown>
}

export type ServerMessage = SnapshotMessage | ChangeMessage | { type: 'replaced' } | { type: 'signed_out' } | { type: 'crowded' } | { type: 'alive' }
