"""What a dialer's listener says of a line: that nobody will answer it, or that a machine did.

An agent who is with a machine is told, and by the campaign's rule set free: ready again at once, for there is nothing
to write down. The machine is hung up on, or has a message left after its beep. Whoever is held, in a conference or on
their way to an agent is left alone. What was only told comes due with the time in which an agent had to come.
"""

from dataclasses import replace

from cti.domain import offers
from cti.domain.agent import Forced
from cti.domain.attempt_words import LineHopeless, MachineAnswered, MachineStep
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Seat, Talk
from cti.domain.commands import AwaitBeep, LeaveMessage
from cti.domain.deadlines import Due
from cti.domain.lines import count_wait
from cti.domain.offers import end_offer
from cti.domain.parties import NORMAL_CLEARING, release
from cti.domain.talks import close_talk, end_call
from cti.domain.values import CallState, EndReason, OfferResult

BEEP_WITHIN_S = 30.0
_OF_MAILBOXES = (MachineStep.AWAIT_BEEP, MachineStep.LEAVE_MESSAGE)
MACHINE = "machine"
"""By what an agent was set free."""


def hopeless(turn: Turn, event: LineHopeless) -> None:
    """Give it up before the network does; who answered in the same moment is not hung up on."""
    call = turn.board.living(event.call_id)
    dial = None if call is None or call.attempt is None else call.dial
    if call is not None and dial is not None and dial.is_out and dial.agent_id is None:
        end_call(turn, call, event.reason, NORMAL_CLEARING)


def answered(turn: Turn, event: MachineAnswered) -> None:
    """Tell it, and do what is asked for where that can be done now."""
    call = turn.board.living(event.call_id)
    if call is None or call.attempt is None:
        return
    call.machine = event.what
    later = replace(event, then=event.at_deadline, at_deadline=MachineStep.TELL)
    call.machine_due = None if event.at_deadline is MachineStep.TELL else later
    turn.touch_call(call.call_id)
    if event.then is MachineStep.HANG_UP and (_is_ours_alone(call) or _is_in_flow(call)):
        _hang_up(turn, call)
    elif event.then in _OF_MAILBOXES and _is_ours_alone(call):
        if call.parting is not EndReason.MACHINE:
            _await_beep(turn, call)
        if event.then is MachineStep.LEAVE_MESSAGE:
            turn.order(LeaveMessage(call.call_id, event.prompt))


def max_wait_is_due(turn: Turn, call: Call) -> None:
    """Nobody came in time: to a machine nothing is said that is for people, where the campaign's rule is another."""
    if call.machine_due is not None and _is_ours_alone(call):
        answered(turn, call.machine_due)
    else:
        offers.max_wait_is_due(turn, call)


def _is_ours_alone(call: Call) -> bool:
    if call.state is CallState.TALKING:
        talk = call.talk
        return talk is not None and talk.seat is Seat.IN_ROOM and not call.parties
    return call.state in (CallState.WAITING, CallState.RINGING) or call.parting is EndReason.MACHINE


def _is_in_flow(call: Call) -> bool:
    return call.state is CallState.IN_MENU and call.attempt is not None and call.attempt.flow_id is not None


def _hang_up(turn: Turn, call: Call) -> None:
    leg_id, node = call.leg_id, call.node
    if call.talk is not None:
        _set_free(turn, call, call.talk)
    end_call(turn, call, EndReason.MACHINE, NORMAL_CLEARING)
    turn.hang_up(leg_id, node)


def _await_beep(turn: Turn, call: Call) -> None:
    if call.talk is not None:
        call.join_recalled = call.join_leg is not None
        _set_free(turn, call, call.talk)
        call.take(CallStep.PARTED)
    else:
        _leave_line(turn, call)
    call.parting = EndReason.MACHINE
    turn.order(AwaitBeep(call.call_id, BEEP_WITHIN_S))
    turn.touch_call(call.call_id)


def _leave_line(turn: Turn, call: Call) -> None:
    if call.offer is not None:
        end_offer(turn, call, OfferResult.WITHDRAWN)
        call.take(CallStep.OFFER_ENDED)
    else:
        turn.leave_line(call)
    call.take(CallStep.STOPPED_WAITING)
    count_wait(turn, call)
    turn.board.deadlines.clear(Due.MAX_WAIT, call.call_id)


def _set_free(turn: Turn, call: Call, talk: Talk) -> None:
    close_talk(turn, call)
    agent = turn.board.agents[talk.agent_id]
    agent.forced = Forced(MACHINE, "", turn.now)
    release(turn, agent)
