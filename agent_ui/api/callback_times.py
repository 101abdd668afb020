"""When somebody may be called again after a call."""

from datetime import datetime
from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine, once_written
from agent_ui.api.route import OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.callback_times import CallbackTimes


class QuickTimeAnswer(OwnAnswer):
    """A time that is offered; `key` says what it is called."""

    key: str
    at: datetime


class CallbackTimesAnswer(OwnAnswer):
    """`zones`: in which the person may be, none if nobody can tell. Only times when they may be called are offered."""

    zones: tuple[str, ...]
    quick: tuple[QuickTimeAnswer, ...]


async def show_callback_times(ask: Ask) -> dict[str, Any]:
    """Offer times by the campaign's law and the line's hours, on the person's own clock."""
    parts, call_id = ask.parts, ask.text("call_id")
    await check_mine(ask, call_id)
    detail = await once_written(ask, call_id, lambda: parts.memory.calls.get(call_id))
    times = CallbackTimes(parts.memory, parts.telephony.floor.line_is_open, parts.config.telephone.zone)
    return await times.of_call(detail.call, parts.clock.now())


ROUTES = [
    Route(
        method="GET",
        path="/calls/{call_id}/callback-times",
        permission=Permission.TAKE_CALLS,
        handler=show_callback_times,
        summary="When they may be called again",
        answer=CallbackTimesAnswer,
    )
]
