"""What a supervisor does with callers who wait: move them to a line, an agent or a place, or answer one themselves."""

from typing import Any, Self

from pydantic import Field, model_validator

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, Route
from agent_ui.api.supervising import act
from agent_ui.auth.permissions import Permission
from cti.domain.callback_words import CallbackRemoved
from cti.domain.oversight import MoveEvent, WaitingGiven, WaitingMoved, WaitingPlaced, WaitingRanked

HIGHEST_PRIORITY = 100


class Move(Body):
    """Where to, one of: a queue, an agent, before another caller (null: to the end of the line), another priority."""

    queue_id: int | None = None
    agent_id: int | None = None
    before: str | None = Field(None, max_length=100)
    priority: int | None = Field(None, ge=0, le=HIGHEST_PRIORITY)

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        given = [name for name in self.model_fields_set if name == "before" or getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("Give queue_id, agent_id, before or priority.")
        return self

    def event(self, call_id: str, by: int) -> MoveEvent:
        """What the floor is asked for."""
        if self.queue_id is not None:
            return WaitingMoved(call_id, by, self.queue_id)
        if self.agent_id is not None:
            return WaitingGiven(call_id, by, self.agent_id)
        if self.priority is not None:
            return WaitingRanked(call_id, by, self.priority)
        return WaitingPlaced(call_id, by, self.before)


async def move_waiting_call(ask: Ask) -> None:
    """Only who waits is moved; the caller hears nothing of it."""
    call_id, body = ask.text("call_id"), ask.body
    detail = body.model_dump(include=body.model_fields_set)
    await act(ask, "call.move", call_id, body.event(call_id, ask.me.user_id), **detail)


async def take_waiting_call(ask: Ask) -> None:
    """Ring one's own phone for this caller."""
    call_id = ask.text("call_id")
    me, _ = seat(ask)
    await act(ask, "call.take", call_id, WaitingGiven(call_id, me, me))


async def cancel_callback(ask: Ask) -> None:
    """Take out of line who was to be called; while they are being called it is too late."""
    callback_id = ask.text("callback_id")
    await act(ask, "callback.cancel", callback_id, CallbackRemoved(callback_id, ask.me.user_id))


def _on_call(action: str, handler: Any, summary: str, **more: Any) -> Route:
    path = f"/calls/{{call_id}}/{action}"
    return Route(method="POST", path=path, permission=Permission.SUPERVISE, handler=handler, summary=summary, **more)


ROUTES = [
    _on_call("move", move_waiting_call, "Move a waiting caller", body=Move),
    _on_call("take", take_waiting_call, "Answer a waiting caller oneself"),
    Route(
        method="POST",
        path="/callbacks/{callback_id}/cancel",
        permission=Permission.SUPERVISE,
        handler=cancel_callback,
        summary="Take who is to be called out of line",
    ),
]
