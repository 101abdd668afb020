"""The judge of a kill: it sees talks that were dropped, however, and places in line that were lost."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.killing import IN_LINE, Killings
from tests.faults.phases import ALL, Lines, dropped, kept, longest_line, phases_of
from tests.faults.reading import Channel, Reading

CUSTOMER = Channel("PJSIP/pstn-1", "callroom-call", "AGI", "Up", "room", "n1-1", None, "c1", "+8613800000001")
PHONE = Channel("PJSIP/1001-1", "agent-wait", "Wait", "Up", "room", "n1-2", "1001", "c1")
RUNG = Channel("PJSIP/1002-1", "agent-wait", "AppDial2", "Ringing", "", "n1-3", "1002", "c2")
OTHER = Channel("PJSIP/pstn-2", "callroom-call", "AGI", "Up", "", "n1-4", None, "c2")
TALK = Reading((CUSTOMER, PHONE), frozenset())


def test_every_phase_is_told_by_floor_and_switch() -> None:
    views: dict[str, Any] = {
        "call:c1": {"state": "talking", "recording": True},
        "call:c2": {"state": "waiting"},
        "call:c3": {"state": "in_menu"},
    }
    menu = replace(OTHER, leg_id="n1-5", call_id="c3")
    assert phases_of(views, Reading((CUSTOMER, PHONE, RUNG, OTHER, menu), frozenset())) == ALL
    assert phases_of(views, Reading((), frozenset())) == set(), "what the switch does not have was not met"
    assert phases_of(views, Reading((CUSTOMER,), frozenset())) == set(), "alone in a room is not a talk"
    views["call:c1"]["recording"] = False
    assert phases_of(views, TALK) == {"talking"}


AFTER = [
    Reading((), frozenset()),
    Reading((CUSTOMER,), frozenset()),
    Reading((PHONE,), frozenset()),
    Reading((CUSTOMER, replace(PHONE, room_id="elsewhere")), frozenset()),
    Reading((replace(CUSTOMER, room_id=""), replace(PHONE, room_id="")), frozenset()),
]


@pytest.mark.parametrize("after", AFTER)
def test_a_talk_is_dropped_unless_somebody_hung_up(after: Reading) -> None:
    assert len(dropped(TALK, after, (), ())) == 1
    assert len(dropped(TALK, after, ("c2",), ("+8613800000002",))) == 1, "what others did excuses nothing"
    assert dropped(TALK, after, ("c1",), ()) == []
    assert dropped(TALK, after, (), ("+8613800000001",)) == []
    assert kept(TALK, after) == 0


def test_a_talk_that_goes_on_is_kept() -> None:
    moved = Reading((replace(CUSTOMER, room_id="new"), replace(PHONE, room_id="new")), frozenset())
    for after in (TALK, moved):
        assert dropped(TALK, after, (), ()) == []
        assert kept(TALK, after) == 1


def line(*waiting: str, talking: tuple[str, ...] = ()) -> dict[str, Any]:
    calls = {f"call:{call_id}": {"state": "waiting"} for call_id in (*waiting, *talking)}
    return {**calls, "queue:1": {"waiting": list(waiting)}}


@pytest.mark.parametrize("now", [line("a", "b", "c"), line("b", "c", "new"), line("talked", "a"), line("new"), line()])
def test_places_in_line_are_kept(now: dict[str, Any]) -> None:
    lines = Lines(line("a", "b", "c", talking=("talked",)))
    lines.look(now)
    assert not lines.wrong


@pytest.mark.parametrize("now", [line("b", "a"), line("a", "c", "b"), line("new", "a"), line("a", "new", "b")])
def test_a_lost_place_is_found(now: dict[str, Any]) -> None:
    lines = Lines(line("a", "b", "c", talking=("talked",)))
    lines.look(now)
    assert lines.wrong


def test_who_was_compared_is_counted_once() -> None:
    lines = Lines(line("a", "b", "c"))
    lines.look(line("a", "b"))
    lines.look(line("b", "c"))
    lines.look(line("b", "c"))
    assert lines.compared == {("a", "b"), ("b", "c")}


def test_a_line_is_missed_like_a_phase() -> None:
    killings = Killings(1)
    assert set(killings.missed) == {*ALL, IN_LINE}
    killings.phases.update(ALL)
    assert killings.missed == [IN_LINE]
    killings.in_line = 1
    assert killings.missed == []


def test_the_longest_line_is_where_most_wait() -> None:
    assert longest_line({}) == 0
    assert longest_line({**line("a", "b"), "queue:2": {"waiting": ["c", "d", "e"]}}) == 3
