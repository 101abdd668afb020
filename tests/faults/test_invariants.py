"""The checker itself: it sees each kind of fault, and says nothing about a floor that is right."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from tests.fakes import START
from tests.faults import invariants
from tests.faults.invariants import Broken, Outage, Visit, about_rows, compare, explained, lasting, until_sound
from tests.faults.reading import Channel, Reading
from tests.installation import Installation

CUSTOMER = Channel("PJSIP/pstn-1", "callroom-call", "Bridge", "Up", "room", "n1-1", None, "c1")
PHONE = Channel("PJSIP/1001-1", "agent-wait", "Wait", "Up", "room", "n1-2", "1001", "c1")
WAITING = Channel("PJSIP/pstn-2", "callroom-call", "AGI", "Up", "", "n1-3", None, "c2")
NOWHERE = cast("Installation", None)
SWITCH = Reading((CUSTOMER, PHONE, WAITING), frozenset({"1001"}))


def agent(
    agent_id: int = 1, state: str = "talking", call_id: str | None = "c1", extension: str = "1001"
) -> dict[str, Any]:
    return {
        "agent_id": agent_id,
        "state": state,
        "call_id": call_id,
        "extension": extension,
        "phone_reachable": True,
    }


def views(**more: Any) -> dict[str, Any]:
    known = {"call:c1": {"state": "talking"}, "call:c2": {"state": "waiting"}, "agent:1": agent()}
    return {key: view for key, view in (known | more).items() if view is not None}


def test_nothing_is_broken() -> None:
    assert compare(views(), SWITCH) == []
    assert compare(views(**{"call:c3": {"state": "ended"}}), SWITCH) == []


@pytest.mark.parametrize(
    ("floor", "switch", "sentence"),
    [
        (views(**{"call:c3": {"state": "waiting"}}), SWITCH, "I10: call c3 is waiting on the floor"),
        (views(**{"call:c2": None}), SWITCH, "I10: call c2 is at the switch"),
        (views(**{"call:c2": {"state": "talking"}}), SWITCH, "I10: call c2 is talking"),
        (views(**{"call:c1": {"state": "waiting"}}), SWITCH, "I10: call c1 is waiting"),
        (views(**{"agent:1": agent(state="ready", call_id=None)}), SWITCH, "I10: agent 1 is ready on the floor"),
        (views(**{"agent:1": agent(call_id="c2")}), SWITCH, "I10: agent 1 talks on the floor with c2"),
        (views(**{"agent:2": agent(2, "ringing", "c1", "1002")}), SWITCH, "I6: call c1 belongs to 2 agents"),
        (views(**{"agent:2": agent(2, "ringing", "c9", "1002")}), SWITCH, "which is over"),
        (views(), replace(SWITCH, channels=(*SWITCH.channels, PHONE)), "I5: agent 1 has 2 legs"),
        (views(**{"agent:2": agent(2, "ready", None, "1002")}), SWITCH, "not in the fallback queue"),
        (views(**{"agent:1": agent(state="not_ready", call_id=None)}), SWITCH, "not_ready and in the fallback queue"),
    ],
)
def test_what_is_broken_is_said(floor: dict[str, Any], switch: Reading, sentence: str) -> None:
    assert any(sentence in str(said) for said in compare(floor, switch))


def test_a_fault_is_the_same_whatever_the_states() -> None:
    before = compare(views(**{"call:c1": {"state": "waiting"}}), SWITCH)
    now = compare(views(**{"call:c1": {"state": "rejoining"}}), SWITCH)
    assert [str(one) for one in before] != [str(one) for one in now]
    assert [one.key for one in lasting(before, now)] == [("I10", "call c1")]
    assert lasting(compare(views(**{"call:c3": {"state": "waiting"}}), SWITCH), now) == []


def looks(monkeypatch: pytest.MonkeyPatch, *found: list[Broken]) -> None:
    left = list(found)

    async def look(_: object) -> list[Broken]:
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr(invariants, "broken", look)
    monkeypatch.setattr(invariants, "_UNSETTLED_S", 0.3)


ONE, SAME, OTHER = Broken("I10", "call c1", "a"), Broken("I10", "call c1", "b"), Broken("I10", "call c2", "a")


async def test_sound_is_only_an_empty_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, [ONE], [OTHER], [])
    assert await until_sound(NOWHERE, 5) > 0.3
    looks(monkeypatch, [ONE], [SAME])
    with pytest.raises(AssertionError, match=r"I10: b"):
        await until_sound(NOWHERE, 0.1)
    again = [[ONE], [OTHER]] * 20
    looks(monkeypatch, *again)
    with pytest.raises(AssertionError, match="at every look"):
        await until_sound(NOWHERE, 0.1)


AWAY = Outage(START, START + timedelta(seconds=4))
VISIT = Visit("+8613800138000", START - timedelta(seconds=5), START + timedelta(seconds=2), "caller")


def at(second: float, **more: Any) -> Visit:
    return replace(VISIT, ended_at=START + timedelta(seconds=second), **more)


def test_an_outage_explains_only_what_happened_in_it() -> None:
    assert explained([AWAY], VISIT, "lost_while_away")
    assert explained([AWAY], at(6), "lost_while_away"), "the dialplan had not asked again"
    assert not explained([AWAY], at(6, ended_by="switch"), "lost_while_away")
    assert not explained([AWAY], at(6, began_at=START + timedelta(seconds=5)), "lost_while_away"), "came after it"
    assert not explained([AWAY], VISIT, "failed")
    for second in (-1, 7, 60):
        assert not explained([AWAY], at(second), "lost_while_away"), second


def test_the_fallback_has_only_who_was_without_callroom_for_long() -> None:
    kills = [Outage(START + timedelta(seconds=each), START + timedelta(seconds=each + 3)) for each in (0, 8, 16)]
    assert explained(kills, at(22), "fallback"), "no session between them was long enough for the dialplan"
    assert not explained(kills, at(10), "fallback"), "not yet"
    assert not explained(kills, at(22, began_at=START + timedelta(seconds=10)), "fallback"), "came late"
    assert not explained([kills[0], kills[2]], at(22), "fallback"), "a session in between"
    assert not explained([AWAY], at(60), "fallback")
    assert explained([Outage(START, START + timedelta(seconds=30))], at(300), "fallback"), "there they stay"


def row(reason: str = "caller_hung_up", second: float = 2, **more: Any) -> dict[str, Any]:
    ended_at = (START + timedelta(seconds=second)).isoformat()
    known = {"id": "c1", "number": "13800138000", "end_reason": reason, "ended_at": ended_at, "talked_s": 3.0}
    return {**known, **more}


def test_right_rows_are_right() -> None:
    by_switch, at_work = at(2, ended_by="switch"), {"c1": START + timedelta(seconds=1)}
    assert [*about_rows([row()], (VISIT,), (), frozenset(), {})] == []
    assert [*about_rows([row("agent_hung_up")], (by_switch,), (), frozenset(), at_work)] == []
    assert [*about_rows([row("lost_while_away")], (VISIT,), (AWAY,), frozenset(), {})] == []
    assert [*about_rows([row("lost_while_away")], (by_switch,), (AWAY,), frozenset(), at_work)] == []
    assert [*about_rows([row("abandoned_in_menu", 6)], (VISIT,), (AWAY,))] == [], "seen after the return"
    assert [*about_rows([row("agent_hung_up")], (VISIT,), (), frozenset({VISIT.number}), at_work)] == []


@pytest.mark.parametrize(
    ("rows", "visit", "sentence"),
    [
        ([], VISIT, "has 0 rows"),
        ([row(), row()], VISIT, "has 2 rows"),
        ([row(), row(number="13900139000")], VISIT, "13900139000 has 1 rows and did not call"),
        ([row(), row(number=None)], VISIT, "nobody has 1 rows and did not call"),
        ([row(ended_at=None)], VISIT, "has no end"),
        ([row("flow_ended")], VISIT, "the row says flow_ended"),
        ([row("lost_while_away", 20)], at(20), "the row says lost_while_away"),
        ([row(talked_s=0.0)], VISIT, "without a talk"),
        ([row(second=9)], VISIT, "the end is 7.0 s off"),
        ([row(second=-2)], VISIT, "the end is -4.0 s off"),
        ([row("agent_hung_up")], at(2, ended_by="switch"), "dropped"),
        ([row("lost_while_away")], at(2, ended_by="switch"), "dropped"),
        ([row("agent_hung_up", id="c2")], at(2, ended_by="switch"), "dropped"),
    ],
)
def test_wrong_rows_are_found(rows: list[dict[str, Any]], visit: Visit, sentence: str) -> None:
    late = {"c1": START + timedelta(seconds=2), "c2": visit.ended_at + timedelta(seconds=1)}
    hung_up = late if rows and rows[0]["id"] == "c2" else {}
    said = [*about_rows(rows, (visit,), (AWAY,), frozenset(), hung_up)]
    assert any(sentence in one for one in said), said


def test_when_both_hang_up_at_once_the_row_may_name_either() -> None:
    for moment_s, is_right in ((1.4, False), (1.6, True), (2.4, True)):
        phone = {"c1": START + timedelta(seconds=moment_s)}
        said = [*about_rows([row("agent_hung_up")], (VISIT,), (), frozenset(), phone)]
        assert (said == []) is is_right, (moment_s, said)


def test_an_agent_who_hung_up_while_nobody_could_say_goodbye_ended_the_call() -> None:
    by_phone = {"c1": AWAY.began_at + timedelta(seconds=0.1)}
    last = at((AWAY.ended_at - START).total_seconds() + 0.3)
    ended = row("agent_hung_up", (last.ended_at - START).total_seconds())
    assert [*about_rows([ended], (last,), (AWAY,), frozenset(), by_phone)] == []
    before = {"c1": AWAY.began_at - timedelta(seconds=0.1)}
    assert [*about_rows([ended], (last,), (AWAY,), frozenset(), before)] != []


def test_an_agent_who_left_in_the_goodbye_must_have_hung_up() -> None:
    said = [*about_rows([row("agent_hung_up")], (VISIT,), (), frozenset({VISIT.number}), {})]
    assert ["dropped" in one for one in said] == [True]
