"""The floor as screens see it: plain values under names like "call:<id>", ready for JSON."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cti.domain.agent import Agent, Help
from cti.domain.board import Board
from cti.domain.call import Call
from cti.domain.callback import Callback, CallbackState
from cti.domain.dial import Dial
from cti.domain.muting import mute_failures, muted_agents
from cti.domain.parking_words import Parking
from cti.domain.party import Party, PartyResult
from cti.domain.queue import Queue
from cti.domain.supervision import Supervision
from cti.domain.take import TakeState
from cti.domain.values import AgentState, CallState

View = dict[str, Any]
_IN_LINE = (CallState.WAITING, CallState.RINGING, CallState.CONNECTING)


def view(board: Board, key: str) -> View | None:
    """What is under the key now, None if nothing is."""
    if key == "system":
        return system_view(board)
    kind, _, name = key.partition(":")
    if kind == "call":
        call = board.calls.get(name)
        return None if call is None else call_view(board, call)
    if kind == "callback":
        callback = board.callbacks.get(name)
        return None if callback is None else callback_view(board, callback)
    if kind == "agent" and name.isdecimal():
        agent = board.agents.get(int(name))
        return None if agent is None else agent_view(agent)
    if kind == "queue" and name.isdecimal():
        queue = board.queues.get(int(name))
        return None if queue is None else queue_view(board, queue)
    return None


def snapshot(board: Board) -> dict[str, View]:
    """Everything."""
    views: dict[str, View] = {"system": system_view(board)}
    views.update((f"call:{call.call_id}", call_view(board, call)) for call in board.calls.values())
    views.update((f"callback:{one.callback_id}", callback_view(board, one)) for one in board.callbacks.values())
    views.update((f"agent:{agent.agent_id}", agent_view(agent)) for agent in board.agents.values())
    views.update((f"queue:{queue.settings.queue_id}", queue_view(board, queue)) for queue in board.queues.values())
    return views


def call_view(board: Board, call: Call) -> View:
    """One call."""
    offer, talk = call.offer, call.talk
    agent_id = offer.agent_id if offer is not None else call.last_agent_id
    agent = None if agent_id is None else board.agents.get(agent_id)
    return {
        "call_id": call.call_id,
        "state": call.state.value,
        **_outbound_view(call),
        "caller": {"number": call.caller.number, "name": call.caller.name},
        "dialed": call.dialed,
        "arrived_at": iso(call.arrived_at),
        **_line_view(board, call),
        "agent_id": agent_id,
        "agent_name": "" if agent is None else agent.settings.name,
        "offered_until": iso(offer.until) if offer is not None and call.state is CallState.RINGING else None,
        "ring_started_at": None if offer is None else iso(offer.rang_at or offer.made_at),
        "talk_started_at": iso(call.last_talk_started_at),
        "rejoin_until": None if talk is None else iso(talk.rejoin_until),
        "held_since": None if talk is None else iso(talk.held_since),
        "seat": None if talk is None else talk.seat.value,
        **_people_view(board, call),
        "passed_on_by": _passed_on_view(board, call),
        "parked": None if call.parking is None else _parking_view(call.parking),
        "unreached": None if call.unreached is None else _unreached_view(board, *call.unreached),
        **_end_view(call),
        "customer_id": call.customer_id,
        "customer_name": call.customer_name,
        "no_recording": None if call.no_recording is None else call.no_recording.value,
        **_recording_view(board, call),
    }


def _line_view(board: Board, call: Call) -> View:
    place = position(board, call.call_id)
    return {
        "queue_id": None if call.queue is None else call.queue.queue_id,
        "queue_name": "" if call.queue is None else call.queue.name,
        "priority": call.priority,
        "flow_priority": call.flow_priority,
        "climbed": climbed_view(call),
        "queued_at": iso(call.queued_at),
        "waiting_since": iso(call.waiting_since) if call.state in _IN_LINE else None,
        "waited_s": round(call.waited_s, 1),
        "position": None if place is None else place[0],
        "expected_wait_s": None if place is None else place[1],
    }


def _people_view(board: Board, call: Call) -> View:
    return {
        "parties": [party_view(board, party) for party in call.parties.values()],
        "muted": muted_agents(call),
        "mute_failures": [
            {"agent_id": agent_id, "muted": failure.muted, "at": iso(failure.at)}
            for agent_id, failure in mute_failures(call).items()
        ],
        "supervisions": [supervision_view(board, one) for one in call.supervisions.values()],
    }


def _passed_on_view(board: Board, call: Call) -> View | None:
    agent = None if call.passed_on_by is None else board.agents.get(call.passed_on_by)
    return None if agent is None else {"agent_id": agent.agent_id, "name": agent.settings.name}


def climbed_view(call: Call | Callback) -> list[View]:
    """Which steps of its line's ladder, as that is now, it has taken, for what, in their order."""
    line = call.queue
    rungs = () if line is None else line.routing.ladder
    taken = [rung for queue_id, rung in call.climbed if line and queue_id == line.queue_id and rung in rungs]
    return [{"why": rung.cause.value, "raise_by": rung.raise_by, "also_queue_id": rung.also_queue_id} for rung in taken]


def callback_view(board: Board, callback: Callback) -> View:
    """Who is to be called when their turn comes; `position` among all who stand in that line, None while paused."""
    queue = board.queue_of(callback)
    is_there = queue is not None and callback.is_in_line
    return {
        "callback_id": callback.callback_id,
        "state": callback.state.value,
        "queue_id": callback.queue.queue_id,
        "queue_name": callback.queue.name,
        "caller": {"number": callback.number, "name": callback.name},
        "origin": callback.origin,
        "wish": callback.wish,
        "customer_id": callback.customer_id,
        "customer_name": callback.customer_name,
        "priority": callback.priority,
        "climbed": climbed_view(callback),
        "waiting_since": iso(callback.waiting_since),
        "asked_at": iso(callback.asked_at),
        "expires_at": iso(callback.expires_at),
        "due_at": iso(callback.due_at),
        "why": callback.why,
        "attempts": callback.attempts,
        "most_attempts": callback.queue.callbacks.attempts,
        "agent_first": callback.queue.callbacks.agent_first,
        "in_person": callback.in_person is not None,
        "call_id": callback.call_id if callback.state is CallbackState.CALLING else None,
        "position": queue.position(board.place(callback)) if queue is not None and is_there else None,
    }


def _parking_view(parking: Parking) -> View:
    return {
        "slot": parking.slot,
        "agent_id": parking.agent_id,
        "since": iso(parking.since),
        "until": iso(parking.until),
    }


def _end_view(call: Call) -> View:
    reason = None if call.end_reason is None else call.end_reason.value
    return {"ended_at": iso(call.ended_at), "end_reason": reason, "end_cause": call.end_cause}


def _outbound_view(call: Call) -> View:
    dial = None if call.dial is None else dial_view(call.dial)
    return {
        "direction": call.direction.value,
        "dial": dial,
        "task_id": call.task_id,
        "callback_id": call.callback_id,
        "campaign_id": None if call.attempt is None else call.attempt.campaign_id,
        "machine": call.machine or None,
        "request": None if call.request is None else asdict(call.request),
    }


def _recording_view(board: Board, call: Call) -> View:
    talk, take = call.talk, call.take_now
    asking = board.outbound if call.queue is None else call.queue
    tape = None if talk is None else talk.tape
    if take is not None and take.is_changing:
        tape = take.state.value
    return {
        "recording": talk is not None and talk.recording_id is not None and tape != TakeState.STARTING,
        "recording_state": tape,
        "recording_asked_by": None if take is None else "supervisor" if take.by_supervisor else "agent",
        # the agent hears nobody meanwhile
        "recording_notice": tape == TakeState.STARTING and asking.consent_prompt is not None,
        "recording_offered": call.queue is not None and call.queue.record_on_demand,
        "recording_not_begun": call.take_failed,
        "recording_stop_failed": take is not None and take.stop_failed,
        "recording_paused_until": None if talk is None else iso(talk.mute_until),
        "recording_pause_failed": talk is not None and talk.mute_failed,
    }


def dial_view(dial: Dial) -> View:
    """How far it is with a call that an agent dials."""
    return {"state": dial.state.value, "begun_at": iso(dial.begun_at), "rang_at": iso(dial.rang_at)}


def party_view(board: Board, party: Party) -> View:
    """One who was invited to a call."""
    agent = None if party.agent_id is None else board.agents.get(party.agent_id)
    return {
        "party_id": party.party_id,
        "agent_id": party.agent_id,
        "name": "" if agent is None else agent.settings.name,
        "number": party.number,
        "state": party.state.value,
        "invited_at": iso(party.invited_at),
        "answered_at": iso(party.answered_at),
    }


def _unreached_view(board: Board, party: Party, result: PartyResult) -> View:
    whole = party_view(board, party)
    return {key: whole[key] for key in ("party_id", "name", "number")} | {"result": result.value}


def supervision_view(board: Board, supervision: Supervision) -> View:
    """One supervisor's ear in a call. `mode` is what was asked for, `confirmed` that the switch has done it."""
    agent = board.agents[supervision.supervisor_id]
    is_there = bool(supervision.spies_on) or supervision.leg_id in board.rooms
    return {
        "supervisor_id": supervision.supervisor_id,
        "name": agent.settings.name,
        "agent_id": supervision.agent_id,
        "state": supervision.state.value,
        "mode": supervision.mode.value,
        "confirmed": supervision.is_up and is_there,
        "since": iso(supervision.answered_at),
    }


def agent_view(agent: Agent) -> View:
    """One agent. `next_state` is the reason code of the pause that begins when the call is done."""
    return {
        "agent_id": agent.agent_id,
        "name": agent.settings.name,
        "extension": agent.settings.extension,
        "state": agent.state.value,
        "reason": str(agent.reason),
        "since": iso(agent.since),
        "call_id": agent.call_id,
        "next_state": agent.next_reason,
        "wrap_up_until": iso(agent.wrap_up_until),
        "needs_disposition": agent.needs_disposition,
        "phone_reachable": agent.phone_reachable,
        "screen_connected": agent.screen_connected,
        "supervises": agent.supervises,
        "phone": agent.settings.phone.kind.value,
        "persistent": agent.settings.phone.persistent,
        "own_leg": agent.own_leg.state.value,
        "phone_refusal": agent.settings.phone_refusal,
        "forced": forced_view(agent),
        "help": None if agent.help is None else _help_view(agent.help),
        "queue_ids": sorted(agent.settings.queue_ids),
    }


def _help_view(wanted: Help) -> View:
    return {"asked_at": iso(wanted.asked_at), "state": wanted.state.value, "taken_by": wanted.taken_by}


def forced_view(agent: Agent) -> View | None:
    """What a supervisor did to them last."""
    forced = agent.forced
    return None if forced is None else {"act": forced.act, "by": forced.by, "at": iso(forced.at)}


def queue_view(board: Board, queue: Queue) -> View:
    """One queue. `today` is of the day on which it was last counted."""
    states = board.standby.of(queue.settings.queue_id).states
    waiting = [one for one in queue if one not in board.callbacks]
    own = (one for one in board.callbacks.values() if one.queue.queue_id == queue.settings.queue_id)
    return {
        "queue_id": queue.settings.queue_id,
        "name": queue.settings.name,
        "service_level_s": queue.settings.service_level_s,
        "waiting": waiting,
        "callbacks": sum(1 for _ in own),
        "longest_wait_since": iso(min((board.calls[call_id].waiting_since for call_id in waiting), default=None)),
        "agents_ready": states[AgentState.READY],
        "agents_talking": states[AgentState.TALKING],
        "agents_signed_in": states.total() - states[AgentState.SIGNED_OUT],
        "today": {
            "offered": queue.counters.offered,
            "answered": queue.counters.answered,
            "abandoned": queue.counters.abandoned,
        },
    }


def system_view(board: Board) -> View:
    """The switches: which are in sight, and since when one is not."""
    lost = [node.since for node in board.nodes.values() if not node.up and node.since is not None]
    return {
        "node_up": {name: node.up for name, node in sorted(board.nodes.items())},
        "stale_since": iso(min(lost, default=None)),
    }


def position(board: Board, call_id: str) -> tuple[int, float | None] | None:
    """Place in line (1 is next) and expected wait in seconds, None when the call does not wait."""
    call = board.calls.get(call_id)
    queue = None if call is None else board.queue_of(call)
    if call is None or queue is None or call.state is not CallState.WAITING:
        return None
    staffing = board.standby.of(queue.settings.queue_id)
    place = queue.position(board.place(call))
    # Whoever is free does not fit, or would have been offered the call.
    expected_s = queue.expected_wait_s(place, staffing.working, 0)
    return place, None if expected_s is None else round(expected_s, 1)


def iso(at: datetime | None) -> str | None:
    """UTC with milliseconds and a Z, as browsers read it."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
