"""What a supervisor does on the floor: attend a talk, and end, ready, pause or sign out for an agent.

All of it is carried out by the floor. The trace is written before the act takes effect: what cannot be written down is
not done, and what the floor then refuses is written down as refused.
"""

from typing import Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from cti.domain.oversight import (
    ForcedHangUp,
    ForcedNotReady,
    ForcedReady,
    ForcedSignOut,
    HelpAccepted,
    HelpClosed,
    SupervisorAsked,
    SupervisorEvent,
    SupervisorLeft,
    SupervisorStartedRecording,
    SupervisorStoppedRecording,
)
from cti.domain.supervision import Mode
from cti.errors import CtiError, Refused


class Attendance(Body):
    """How the talk is attended; asked again with another mode, it is changed without a new call."""

    mode: Literal["listen", "whisper", "barge", "take_over"]


class ForcedCall(Body):
    """Which call, as the supervisor saw it: a later one is not hit."""

    call_id: str = Field(max_length=100)


class ForcedPause(Body):
    """`reason` is the code of a pause reason."""

    reason: str = Field(max_length=64)


async def supervise_call(ask: Ask) -> None:
    """Ring the supervisor's own phone for it, or change how it is done."""
    call_id, body = ask.text("call_id"), ask.body
    if ask.me.extension is None:
        raise ApiError(409, "no_extension", "You have no extension; an administrator can give you one.")
    await act(ask, f"supervision.{body.mode}", call_id, SupervisorAsked(ask.me.user_id, call_id, Mode(body.mode)))


async def stop_supervising(ask: Ask) -> None:
    """Leave the talk to its agent."""
    call_id = ask.text("call_id")
    await act(ask, "supervision.end", call_id, SupervisorLeft(ask.me.user_id, call_id))


async def record_call(ask: Ask) -> None:
    """Have any talk recorded from now on."""
    call_id = ask.text("call_id")
    await act(ask, "recording.start", call_id, SupervisorStartedRecording(call_id, ask.me.user_id))


async def stop_recording_call(ask: Ask) -> None:
    """End a recording that somebody asked for, whoever it was."""
    call_id = ask.text("call_id")
    await act(ask, "recording.stop", call_id, SupervisorStoppedRecording(call_id, ask.me.user_id))


async def force_hang_up(ask: Ask) -> None:
    """End the agent's call for both sides."""
    agent_id, call_id = ask.number("agent_id"), ask.body.call_id
    event = ForcedHangUp(agent_id, call_id, ask.me.user_id, ask.me.name)
    await act(ask, "agent.hang_up", agent_id, event, call_id=call_id)


async def force_ready(ask: Ask) -> None:
    """Make the agent ready, also out of a wrap-up."""
    agent_id = ask.number("agent_id")
    await act(ask, "agent.ready", agent_id, ForcedReady(agent_id, ask.me.user_id, ask.me.name))


async def force_not_ready(ask: Ask) -> None:
    """Pause the agent; in a call, when it is done."""
    agent_id, reason = ask.number("agent_id"), ask.body.reason
    if reason not in ask.parts.pause_codes:
        problem = FieldProblem("reason", "unknown", "is not the code of an active pause reason")
        raise ApiError(422, "invalid", "There is no such pause reason.", (problem,))
    event = ForcedNotReady(agent_id, ask.me.user_id, reason, ask.me.name)
    await act(ask, "agent.pause", agent_id, event, reason=reason)


async def force_sign_out(ask: Ask) -> None:
    """Take the agent from their seat; a talk has to be ended first."""
    agent_id = ask.number("agent_id")
    await act(ask, "agent.sign_out", agent_id, ForcedSignOut(agent_id, ask.me.user_id, ask.me.name))


async def accept_help(ask: Ask) -> None:
    """See to the help that an agent asked for."""
    agent_id = ask.number("agent_id")
    await act(ask, "help.take", agent_id, HelpAccepted(agent_id, ask.me.user_id))


async def close_help(ask: Ask) -> None:
    """Say that it is done."""
    agent_id = ask.number("agent_id")
    await act(ask, "help.close", agent_id, HelpClosed(agent_id, ask.me.user_id))


async def act(ask: Ask, action: str, what: object, event: SupervisorEvent, **detail: object) -> None:
    """Write it down, have the floor do it, and write down as well if it refuses."""
    audit = ask.parts.memory.audit
    await audit.append(ask.actor, action, what, **detail)
    try:
        await ask.parts.telephony.request(event)
    except CtiError as refusal:
        kind, _, asked = action.partition(".")
        code = refusal.code if isinstance(refusal, Refused) else "failed"
        await audit.append(ask.actor, f"{kind}.refused", what, **detail, asked=asked, code=code)
        raise


def _post(path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method="POST", path=path, permission=Permission.SUPERVISE, handler=handler, summary=summary, **more)


ROUTES = [
    _post("/calls/{call_id}/supervise", supervise_call, "Listen, whisper, barge in or take over", body=Attendance),
    _post("/calls/{call_id}/stop-supervising", stop_supervising, "Leave the talk to its agent"),
    _post("/calls/{call_id}/record", record_call, "Record a talk from now on"),
    _post("/calls/{call_id}/stop-record", stop_recording_call, "End a recording that somebody asked for"),
    _post("/agents/{agent_id:int}/hang-up", force_hang_up, "End an agent's call", body=ForcedCall),
    _post("/agents/{agent_id:int}/ready", force_ready, "Make an agent ready"),
    _post("/agents/{agent_id:int}/not-ready", force_not_ready, "Pause an agent", body=ForcedPause),
    _post("/agents/{agent_id:int}/help/take", accept_help, "See to an agent's wish for help"),
    _post("/agents/{agent_id:int}/help/close", close_help, "Close an agent's wish for help"),
    _post("/agents/{agent_id:int}/sign-out", force_sign_out, "Sign an agent out"),
]
