"""Who sees which view, and how much of it; pure.

Agents see their own seat, their own calls with the pop, their own queues and who is parked there, and of colleagues the
state but not the call. Supervisors and administrators see all, except pops: those are for whom the call rings at. Who
supervises a call is shown to its agent only where the setting says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from crm_core.domain.masking import mask_number, mask_strings

View = Mapping[str, Any]
# Ids and numbers of our own: the only texts that a masked viewer gets as they are.
OWN = frozenset({"call_id", "callback_id", "party_id", "recording_id", "number_ref", "dialed", "extension", "waiting"})
# Kinds of views that are one person's alone, supervisors' as well.
PERSONAL = frozenset({"tasks", "voicemails", "bulletins", "preview"})


_OF_THE_FLOOR = frozenset({"call", "callback", "agent", "queue", "system", "figures", "thresholds"})
_NOT_COLLEAGUES = frozenset(
    {"call_id", "needs_disposition", "supervises", "forced", "help", "phone", "persistent", "own_leg", "phone_refusal"}
)


class Shape(StrEnum):
    """How a view looks to a viewer; views of one shape are encoded once."""

    FULL = "full"
    UNWATCHED = "unwatched"
    COLLEAGUE = "colleague"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Viewer:
    """`agent_id` None: has no seat on the floor."""

    user_id: int
    agent_id: int | None
    sees_floor: bool
    queue_ids: frozenset[int]
    sees_numbers: bool = False
    sees_supervision: bool = False

    @property
    def crowd(self) -> "Viewer":
        """Anybody who sees the same of what belongs to others."""
        return replace(self, user_id=0, agent_id=None)


def shape_for(viewer: Viewer, key: str, view: View) -> Shape:
    """Decide by the kind of key; an unknown kind is hidden."""
    kind, _, _ = key.partition(":")
    if kind in PERSONAL or kind == "pop":
        return _if(_number(key) == viewer.user_id if kind in PERSONAL else _takes_part(viewer, view))
    if viewer.sees_floor:
        return _if(kind in _OF_THE_FLOOR)
    if kind == "call":
        own = Shape.FULL if viewer.sees_supervision else Shape.UNWATCHED
        return own if _takes_part(viewer, view) or _is_parked_for(viewer, view) else Shape.HIDDEN
    if kind == "agent":
        return Shape.FULL if view.get("agent_id") == viewer.agent_id else Shape.COLLEAGUE
    if kind == "queue":
        return _if(_number(key) in viewer.queue_ids)
    return _if(kind == "system")


def _takes_part(viewer: Viewer, view: View) -> bool:
    return viewer.agent_id in participants(view)


def _is_parked_for(viewer: Viewer, view: View) -> bool:
    """A colleague of the line may pick the caller up."""
    return view.get("parked") is not None and view.get("queue_id") in viewer.queue_ids


def participants(view: View) -> frozenset[int]:
    """Whose it is, of the agents: who leads the call, or has the seat, and whoever was invited."""
    ids = (view.get("agent_id"), *(party["agent_id"] for party in view.get("parties", ())))
    return frozenset(agent_id for agent_id in ids if agent_id is not None)


def project(shape: Shape, view: View, *, sees_numbers: bool) -> View:
    """Return what is left of the view in this shape, for somebody who may or may not see whole numbers."""
    if shape is Shape.COLLEAGUE:
        view = {name: value for name, value in view.items() if name not in _NOT_COLLEAGUES}
    if shape is Shape.UNWATCHED:
        view = {name: value for name, value in view.items() if name != "supervisions"}
    return view if sees_numbers else mask_view(view)


def mask_view(view: View) -> View:
    """Hide telephone numbers: those of known fields by their kind, and whatever looks like one in any other text."""
    masked: dict[str, Any] = {name: value if name in OWN else mask_strings(value, OWN) for name, value in view.items()}
    if isinstance(caller := view.get("caller"), Mapping):
        masked["caller"] = {**masked["caller"], "number": _shown(caller.get("number"))}
    if "number_e164" in view:
        masked |= {"number_e164": None, "key": None, "number_display": _shown(view.get("number_display"))}
    return masked


def _shown(number: str | None) -> str | None:
    return None if number is None else mask_number(number)


def _if(visible: bool) -> Shape:
    return Shape.FULL if visible else Shape.HIDDEN


def _number(key: str) -> int | None:
    text = key.rpartition(":")[2]
    return int(text) if text.isdecimal() else None
