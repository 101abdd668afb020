"""What an agent does with the people of a call: hold, mute, keys, invite, swap, bring in, drop, leave, pass on.

All of it is carried out by the floor; the new state comes by push like everyone's.
"""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.dialing import permit
from agent_ui.api.route import Body, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.dialing import Outgoing, Target
from cti.domain.events import AgentEvent
from cti.domain.wishes import (
    AgentAskedForHelp,
    AgentBroughtIn,
    AgentDropped,
    AgentHeld,
    AgentInvited,
    AgentLeft,
    AgentMuted,
    AgentNeedsNoHelp,
    AgentParked,
    AgentPickedUp,
    AgentPressedKey,
    AgentRetrieved,
    AgentSentToSurvey,
    AgentSwapped,
    AgentTransferred,
)


class Invitation(Body):
    """A colleague or a number outside, one of the two; `overrule_reason` for a number that must not be called."""

    agent_id: int | None = None
    number: str | None = Field(None, max_length=40)
    overrule_reason: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.agent_id is None) is (self.number is None):
            raise ValueError("Give agent_id or number.")
        return self


class Transfer(Body):
    """A colleague, a queue or a number outside, one of the three; `overrule_reason` as above."""

    agent_id: int | None = None
    queue_id: int | None = None
    number: str | None = Field(None, max_length=40)
    overrule_reason: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if [self.agent_id, self.queue_id, self.number].count(None) != 2:
            raise ValueError("Give agent_id, queue_id or number.")
        return self


class Key(Body):
    """One key of a telephone."""

    key: Annotated[str, Field(pattern=r"^[0-9*#]$")]


async def hold_call(ask: Ask) -> None:
    """Music for the customer; in a conference the others talk on."""
    await _do(ask, AgentHeld(ask.me.user_id, ask.text("call_id")))


async def retrieve_call(ask: Ask) -> None:
    """Back to the customer."""
    await _do(ask, AgentRetrieved(ask.me.user_id, ask.text("call_id")))


async def mute_self(ask: Ask) -> None:
    """Let nothing of one's voice through, at whatever telephone."""
    await _do(ask, AgentMuted(ask.me.user_id, ask.text("call_id"), muted=True))


async def unmute_self(ask: Ask) -> None:
    """Be heard again."""
    await _do(ask, AgentMuted(ask.me.user_id, ask.text("call_id"), muted=False))


async def press_key(ask: Ask) -> None:
    """Send a key into the call; which one it was is written nowhere."""
    body: Key = ask.body
    await _do(ask, AgentPressedKey(ask.me.user_id, ask.text("call_id"), body.key))


async def invite_to_call(ask: Ask) -> None:
    """Call somebody to the call, to talk in private first; the customer is held meanwhile."""
    body: Invitation = ask.body
    out = await _outgoing(ask, body, "invite")
    who, call_id = ask.me.user_id, ask.text("call_id")
    if out is None:
        await _do(ask, AgentInvited(who, call_id, body.agent_id))
    else:
        await _do(ask, AgentInvited(who, call_id, None, out.number, out.shown_as, withheld=out.withheld))


async def swap_party(ask: Ask) -> None:
    """From the customer to the party, or back."""
    await _do(ask, AgentSwapped(ask.me.user_id, ask.text("call_id"), ask.text("party_id")))


async def bring_party_in(ask: Ask) -> None:
    """Customer, agent and party in one conference."""
    await _do(ask, AgentBroughtIn(ask.me.user_id, ask.text("call_id"), ask.text("party_id")))


async def drop_party(ask: Ask) -> None:
    """End the party's part, also while they ring."""
    await _do(ask, AgentDropped(ask.me.user_id, ask.text("call_id"), ask.text("party_id")))


async def leave_call(ask: Ask) -> None:
    """Leave the customer with whoever was invited: completes a transfer, or leaves a conference."""
    await _do(ask, AgentLeft(ask.me.user_id, ask.text("call_id")))


async def transfer_call(ask: Ask) -> None:
    """Pass the customer on unannounced."""
    body: Transfer = ask.body
    out = await _outgoing(ask, body, "transfer")
    who, call_id = ask.me.user_id, ask.text("call_id")
    if out is None:
        await _do(ask, AgentTransferred(who, call_id, body.agent_id, body.queue_id))
    else:
        event = AgentTransferred(who, call_id, None, None, out.number, out.shown_as, withheld=out.withheld)
        await _do(ask, event)


async def ask_for_help(ask: Ask) -> None:
    """Have supervisors see that one of them is needed."""
    await _do(ask, AgentAskedForHelp(ask.me.user_id, ask.text("call_id")))


async def need_no_help(ask: Ask) -> None:
    """Not any more."""
    await _do(ask, AgentNeedsNoHelp(ask.me.user_id, ask.text("call_id")))


async def park_call(ask: Ask) -> None:
    """Music under a short number, for a colleague to pick up."""
    await _do(ask, AgentParked(ask.me.user_id, ask.text("call_id")))


async def send_to_survey(ask: Ask) -> None:
    """End the talk, and have the customer asked how it was."""
    await _do(ask, AgentSentToSurvey(ask.me.user_id, ask.text("call_id")))


async def pick_up_call(ask: Ask) -> None:
    """Ring one's own phone for a parked caller; supervisors also for those of other queues."""
    of_any_team = ask.me.may(Permission.SUPERVISE)
    await _do(ask, AgentPickedUp(seat(ask)[0], ask.text("call_id"), of_any_team))


async def _outgoing(ask: Ask, body: Invitation | Transfer, way: str) -> Outgoing | None:
    if body.number is None:
        return None
    view = ask.parts.telephony.floor.view(f"call:{ask.text('call_id')}") or {}
    target = Target(body.number, way, overrule_reason=body.overrule_reason, queue_id=view.get("queue_id"))
    return await permit(ask, target)


async def _do(ask: Ask, event: AgentEvent) -> None:
    await ask.parts.telephony.request(event)


def _on_call(action: str, handler: Any, summary: str, **more: Any) -> Route:
    path = f"/calls/{{call_id}}/{action}"
    return Route(method="POST", path=path, permission=Permission.TAKE_CALLS, handler=handler, summary=summary, **more)


ROUTES = [
    _on_call("hold", hold_call, "Put the customer on hold"),
    _on_call("retrieve", retrieve_call, "Go back to the customer"),
    _on_call("mute", mute_self, "Mute oneself"),
    _on_call("unmute", unmute_self, "Be heard again"),
    _on_call("keys", press_key, "Press a key", body=Key),
    _on_call("invite", invite_to_call, "Call a colleague or a number to the call", body=Invitation),
    _on_call("parties/{party_id}/swap", swap_party, "Swap between customer and party"),
    _on_call("parties/{party_id}/bring-in", bring_party_in, "Make it a conference"),
    _on_call("parties/{party_id}/drop", drop_party, "Drop somebody who was invited"),
    _on_call("leave", leave_call, "Leave the customer with who was invited"),
    _on_call("transfer", transfer_call, "Pass the customer on unannounced", body=Transfer),
    _on_call("survey", send_to_survey, "End the talk with the survey"),
    _on_call("ask-help", ask_for_help, "Ask a supervisor for help"),
    _on_call("need-no-help", need_no_help, "Take back the wish for help"),
    _on_call("park", park_call, "Park the customer"),
    _on_call("pick-up", pick_up_call, "Pick up a parked customer"),
]
