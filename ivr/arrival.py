"""Reads from what the dialplan said who calls, whom they dialed, since when, and how far they had come before."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.agi.session import AgiSession
from cti.domain.events import CallArrived
from cti.domain.values import Caller
from ivr.domain.nodes import LANGUAGES
from ivr.domain.steps import EnterQueue

# What trunks write where a number would be when there is none to show (RFC 3323 and habits).
NO_NUMBERS = frozenset({"", "unknown", "anonymous", "restricted", "unavailable", "private"})
LINE_VARIABLE, TALKED_VARIABLE = "CALLROOM_LINE", "CALLROOM_TALKED"
# Its third word, beside 0 and 1: music for the agent. Without Callroom, that is a caller who waits.
HELD = "held"
_REFUSED = "refused"
# A dialplan that asked so long ago by our clock has the same clock: what is between are its connection and our loop.
_SAME_CLOCK_S = 10.0
# Longer than any caller waits; beyond it a clock was set.
_LONGEST_VISIT_S = 24 * 3600.0
# What `AGI(agi://…/call,…)` in asterisk-conf/callroom/extensions.conf hands over, in this order: no question has to go
# to Asterisk and back while the caller hears nothing.
ARGUMENTS = (
    "CALLROOM_CALL_ID",
    "CALLROOM_ARRIVED_AT",
    "CALLROOM_DIALED",
    TALKED_VARIABLE,
    LINE_VARIABLE,
    "pres",
    "now",
    "CALLROOM_OUTBOUND",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller stood in line, as the channel remembers it, and whether they refused to be recorded."""

    step: EnterQueue
    language: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """`place` None: never stood in line."""

    event: CallArrived
    place: Place | None


def read_arrival(session: AgiSession, node: str, now: datetime) -> Arrival:
    """Read the session's environment; what the dialplan did not say is made up from what AGI says itself."""
    said = dict(zip(ARGUMENTS, session.args, strict=False))
    leg_id = session.variables.get("agi_uniqueid", "")
    place = parse_place(said.get(LINE_VARIABLE))
    # whom we called dialed nothing: that is what we show, if anything
    is_ours = said.get("CALLROOM_OUTBOUND") == "1"
    event = CallArrived(
        call_id=said.get("CALLROOM_CALL_ID") or leg_id,
        leg_id=leg_id,
        node=node,
        caller=_caller(session.variables, said.get("pres")),
        dialed=said.get("CALLROOM_DIALED") or ("" if is_ours else session.variables.get("agi_extension", "")),
        arrived_at=_moment(said.get("CALLROOM_ARRIVED_AT"), said.get("now"), now),
        talked_before=said.get(TALKED_VARIABLE) == "1",
        held=said.get(TALKED_VARIABLE) == HELD,
        # who stands in line by now is served like anybody there
        outbound=is_ours and place is None,
    )
    return Arrival(event, place)


def format_place(place: Place) -> str:
    """Write what `parse_place` reads."""
    text = f"{place.step.queue_id}:{place.step.priority}:{place.language}"
    return f"{text}:{_REFUSED}" if place.refused else text


def parse_place(text: str | None) -> Place | None:
    """Read where the caller stood; anything else than our own writing is nothing."""
    queue_id, _, rest = (text or "").partition(":")
    priority, _, rest = rest.partition(":")
    language, _, word = rest.partition(":")
    if not (queue_id.isascii() and queue_id.isdigit() and priority.isascii() and priority.isdigit()):
        return None
    if language not in LANGUAGES or word not in {"", _REFUSED}:
        return None
    return Place(EnterQueue(int(queue_id), int(priority)), language, refused=word == _REFUSED)


def _caller(environment: dict[str, str], presentation: str | None) -> Caller:
    number = environment.get("agi_callerid", "")
    name = environment.get("agi_calleridname", "")
    if (presentation or "").startswith(("prohib", "unavailable")) or number.lower() in NO_NUMBERS:
        return Caller(None)
    return Caller(number, "" if name.lower() in NO_NUMBERS else name)


def _moment(arrived: str | None, asked: str | None, now: datetime) -> datetime:
    """Asterisk's clock may be an hour off from ours, or be set: then only the time between two looks at it is taken.

    Where both agree its word is taken as it is: a Callroom that starts reads each session late by another time, and
    callers would change places.
    """
    arrived_s, asked_s = _seconds(arrived), _seconds(asked)
    if arrived_s is None:
        return now
    # an older dialplan says no second time; then both clocks have to agree
    seen_s = now.timestamp()
    if asked_s is not None and abs(seen_s - asked_s) >= _SAME_CLOCK_S:
        seen_s = asked_s
    age_s = seen_s - arrived_s
    # A clock that was set back in between must not make a caller wait in the future, nor forward for days.
    return now - timedelta(seconds=age_s) if 0 < age_s < _LONGEST_VISIT_S else now


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None
