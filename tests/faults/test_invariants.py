"""The checker itself: it sees each kind of fault, and says nothing about a floor that is right."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import START
from tests.faults.invariants import Outage, Visit, compare
from tests.faults.reading import Channel, Reading

CUSTOMER = Channel("PJSIP/pstn-1", "callroom-call", "Bridge", "Up", "room", "n1-1", None, "c1")
PHONE = Channel("PJSIP/1001-1", "agent-wait", "Wait", "Up", "room", "n1-2", "1001", "c1")
WAITING = Channel("PJSIP/pstn-2", "callroom-call", "AGI", "Up", "", "n1-3", None, "c2")
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
        (views(**{"call:c3": {"state": "waiting"}}), SWITCH, "I10: the floor has call c3"),
        (views(**{"call:c2": None}), SWITCH, "I10: the switch has call c2"),
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
    assert any(sentence in said for said in compare(floor, switch))


def test_an_outage_explains_only_what_happened_in_it() -> None:
    outage = Outage(START, START + timedelta(seconds=10))
    visit = Visit("+8613800138000", START, START + timedelta(seconds=5), "caller")
    assert outage.explains(visit, "lost_while_away")
    assert not outage.explains(visit, "failed")
    assert not outage.explains(replace(visit, ended_at=START + timedelta(seconds=60)), "lost_while_away")
