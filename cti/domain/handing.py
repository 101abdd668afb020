"""Handing a customer over: announced to whoever was invited, or unannounced to a colleague, a queue or a number."""

from cti.domain.agent import Agent
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Talk
from cti.domain.commands import GoOutside, StopRecording
from cti.domain.events import OutsideEnded
from cti.domain.facts import CallTransferred
from cti.domain.holding import talk_of
from cti.domain.inviting import PARTY_RING_S, free_colleague
from cti.domain.lines import back_in_line
from cti.domain.offers import offer_to
from cti.domain.parties import NORMAL_CLEARING, take_out
from cti.domain.party import Party, PartyState, PartyStep
from cti.domain.queue import Queue
from cti.domain.rooms import rearrange
from cti.domain.succession import lead_on, let_go, note_talk
from cti.domain.talks import end_talk, say_goodbye
from cti.domain.values import CallState
from cti.domain.wishes import AgentLeft, AgentTransferred
from cti.errors import Refused


def left(turn: Turn, event: AgentLeft) -> None:
    """Who is in the room stays with the customer; if nobody is, whoever was consulted."""
    call, _ = talk_of(turn, event.agent_id, event.call_id)
    if not any(party.is_up for party in call.parties.values()):
        raise Refused("nobody_to_leave_with", call_id=call.call_id)
    leave(turn, call)


def leave(turn: Turn, call: Call) -> None:
    """The agent goes, with somebody there to stay: also when the agent's page was lost in a conference."""
    talk = call.talk
    assert talk is not None  # noqa: S101 - who leaves was there
    heirs = [party for party in call.parties.values() if party.is_up]
    heirs.sort(key=lambda party: (_NEARNESS[party.state], party.agent_id is None))
    _stay(turn, call, heirs[0])
    turn.note(CallTransferred(call.call_id, talk.agent_id, True, heirs[0].agent_id, None, heirs[0].number))
    before, recorded_s = let_go(turn, call)
    heir = next((party for party in call.parties.values() if party.agent_id is not None), None)
    if heir is None:
        call.take(CallStep.HANDED_OVER)
        call.handed_over = True
        if before.recording_id is not None:
            turn.order(StopRecording(call.node, call.leg_id))
        turn.touch_call(call.call_id)
    else:
        _lead_on(turn, call, heir, before, recorded_s)
    rearrange(turn, call)


_NEARNESS = {PartyState.IN_ROOM: 0, PartyState.CONSULTED: 1, PartyState.ASIDE: 2}


def _stay(turn: Turn, call: Call, party: Party) -> None:
    if party.state is not PartyState.IN_ROOM:
        party.take(PartyStep.BROUGHT_IN)
        turn.touch_call(call.call_id)


def _lead_on(turn: Turn, call: Call, heir: Party, before: Talk, recorded_s: float) -> None:
    """The colleague leads the talk from here."""
    assert heir.agent_id is not None  # noqa: S101 - that is how the heir was chosen
    take_out(turn, call, heir, NORMAL_CLEARING)
    talk = Talk(heir.agent_id, heir.leg_id, heir.node, turn.now, before.recording_id, tape_s=recorded_s)
    lead_on(turn, call, talk, before)
    if call.state is CallState.HELD:
        call.take(CallStep.RETRIEVED)
    note_talk(turn, call, talk, "left with by a colleague")


def transferred(turn: Turn, event: AgentTransferred) -> None:
    """The agent is done with it at once; a target that cannot be had is refused before anything is changed."""
    call, _ = talk_of(turn, event.agent_id, event.call_id)
    targets = (event.to_agent_id, event.queue_id, event.number)
    if sum(target is not None for target in targets) != 1:
        raise Refused("one_target", call_id=call.call_id)
    colleague = None if event.to_agent_id is None else free_colleague(turn, event.to_agent_id)
    queue = None if event.number is not None else _queue_for(turn, call, event.queue_id, colleague)
    turn.note(CallTransferred(call.call_id, event.agent_id, False, *targets))
    call.join_recalled = call.join_leg is not None
    call.passed_on_by = event.agent_id
    end_talk(turn, call)
    if queue is None:
        call.take(CallStep.HANDED_OVER)
        call.handed_over = True
        turn.order(GoOutside(call.call_id, str(event.number), PARTY_RING_S, event.shown_as, withheld=event.withheld))
        turn.touch_call(call.call_id)
        return
    back_in_line(turn, call, queue.settings)
    if colleague is not None:
        offer_to(turn, call, colleague, "transferred by a colleague")


def _queue_for(turn: Turn, call: Call, queue_id: int | None, colleague: Agent | None) -> Queue:
    """The line whose rules hold while the caller waits for the target."""
    board = turn.board
    if queue_id is None and call.queue is not None and call.queue.queue_id in board.queues:
        queue_id = call.queue.queue_id
    if queue_id is None and colleague is not None:
        queue_id = min(colleague.settings.queue_ids & board.queues.keys(), default=None)
    queue = None if queue_id is None else board.queues.get(queue_id)
    if queue is None:
        raise Refused("unknown_queue", queue_id=queue_id)
    return queue


def outside_ended(turn: Turn, event: OutsideEnded) -> None:
    """Never reached: the caller is not lost, but first in line again."""
    call = turn.board.living(event.call_id)
    if call is None or call.state is not CallState.HANDED_OVER:
        return
    queue = turn.board.queue_of(call)
    if event.answered or queue is None:
        say_goodbye(turn, call)
    else:
        back_in_line(turn, call, queue.settings)
