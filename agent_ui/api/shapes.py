"""Shapes that several resources answer with."""

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from agent_ui.api.route import Answer, Body, NumberText, OwnText
from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from crm_core.attempt_log import AttemptRow
from crm_core.calls import CallRow
from crm_core.domain.phone import display
from crm_core.recordings import RecordingRow
from crm_core.timeline import TimelineCall

Item = TypeVar("Item")


class PageAnswer(Answer, Generic[Item]):
    """Some items, and where the next ones start."""

    items: tuple[Item, ...]
    next_cursor: OwnText | None = None


class Named(Answer):
    """Something with an id and a name."""

    id: int
    name: str


class PageQuery(Body):
    """Where a list goes on."""

    cursor: str | None = Field(None, max_length=300)
    limit: int = Field(50, ge=1, le=200)


RecordingState = Literal["processing", "ready", "repaired", "damaged", "expired"]
STATE_OF: dict[str, RecordingState] = {
    "recording": "processing",
    "processing": "processing",
    "ready": "ready",
    "partial": "repaired",
    "failed": "damaged",
    "purged": "expired",
}


class RecordingAnswer(Answer):
    """A recording beside its call; `may_listen` is about the person who asks."""

    id: OwnText
    state: RecordingState
    duration_s: float | None
    may_listen: bool


WAITED = (
    "Seconds in line: from the moment the caller came into the first queue, over overflow and missed offers, until the "
    "talk began or the call ended. Not in it: the menu, talks, and the music of a talk that was taken up again after "
    "the agent's page was away. A caller whose agent did not come back is in line again from the moment that agent was "
    "gone. For a call that the switch served without Callroom it begins with the arrival."
)


class CallAnswer(Answer):
    """One line of the call log; `disposition` is a code, `rating` what the caller said, from 1 to 5.

    `caller_name` came with the call: from the network, or from the list that the person is on.
    """

    id: OwnText
    started_at: datetime
    ended_at: datetime | None
    direction: str
    number: NumberText | None
    caller_name: str
    customer: Named | None
    queue_name: str | None
    agent_name: str | None
    waited_s: float = Field(description=WAITED)
    talked_s: float = Field(description="Seconds of talks with agents, time on hold included.")
    held_s: float = Field(description="Seconds of these that the customer was on hold.")
    end_reason: str | None
    rating: int | None
    disposition: str | None
    has_recording: bool
    note: str
    tags: tuple[OwnText, ...]
    recording: RecordingAnswer | None


def may_listen(me: Identity, agent_id: int | None) -> bool:
    """Supervisors to all, agents to their own."""
    own = agent_id == me.user_id and me.may(Permission.LISTEN_OWN)
    return own or me.may(Permission.LISTEN_ALL)


def named(key: int | None, name: str | None) -> dict[str, Any] | None:
    """Return id and name, None for nobody."""
    return None if key is None else {"id": key, "name": name or ""}


def shown_number(key: str | None) -> str | None:
    """Return a number as people read it."""
    return None if key is None else display(key) or key


def call_answer(me: Identity, row: CallRow) -> dict[str, Any]:
    """Turn a row of the log into its answer; lists know only that there is audio, not how it came out."""
    return {
        "id": row.id,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "direction": row.direction,
        "number": shown_number(row.number),
        "caller_name": row.caller_name,
        "customer": named(row.customer_id, row.customer_name),
        "queue_name": row.queue_name,
        "agent_name": row.agent_name,
        "waited_s": row.waited_s,
        "talked_s": row.talked_s,
        "held_s": row.held_s,
        "end_reason": row.end_reason,
        "rating": row.rating,
        "disposition": row.disposition,
        "has_recording": row.has_recording,
        "note": row.note,
        "tags": row.tags,
        "recording": recording_beside(me, row),
    }


def recording_beside(me: Identity, row: CallRow | TimelineCall | AttemptRow) -> dict[str, Any] | None:
    """Turn what a line says of its recording into an answer."""
    if row.recording_id is None:
        return None
    return {
        "id": row.recording_id,
        "state": STATE_OF.get(row.recording_state or "", "damaged"),
        "duration_s": row.recording_duration_s or None,
        "may_listen": may_listen(me, row.recording_agent_id),
    }


def recording_answer(me: Identity, row: RecordingRow) -> dict[str, Any]:
    """Turn a recording's row into its answer."""
    return {
        "id": row.id,
        "state": STATE_OF.get(row.state, "damaged"),
        "duration_s": row.duration_s or None,
        "may_listen": may_listen(me, row.agent_id),
    }
