"""A floor on which Ann calls somebody."""

from dataclasses import replace

import pytest

from cti.domain.commands import DialOutside, RingAgent
from cti.domain.events import (
    AgentHungUp,
    CallArrived,
    CallReached,
    LegAnswered,
    LegBorn,
    LegRang,
    LegSnapshot,
    RoomJoined,
)
from cti.domain.values import Caller, NoRecording, OutboundSettings, Roster
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
from tests.cti.domain.stage import ROSTER, Stage

NUMBER = "+8613900139000"
SHOWN = "4001"
THEIRS = "n1-their-leg"


def outbound_stage(settings: OutboundSettings | None = None, roster: Roster = ROSTER) -> Stage:
    stage = Stage(replace(roster, outbound=settings or OutboundSettings()))
    stage.switch_back()
    stage.ready(11)
    return stage


def dial(stage: Stage, call_id: str = "o1", agent_id: int = 11) -> RingAgent:
    stage.tell(AgentDialed(agent_id, call_id, NUMBER, SHOWN))
    return stage.last(RingAgent)


def fetch(stage: Stage, call_id: str = "o1") -> str:
    """Ann's own phone is up, and the number goes out from it."""
    leg_id = dial(stage, call_id).leg_id
    stage.tell(LegAnswered(leg_id))
    assert stage.last(DialOutside).leg_id == leg_id
    return leg_id


def ringing(stage: Stage, call_id: str = "o1") -> str:
    """Return Ann's leg; the other one is THEIRS."""
    leg_id = fetch(stage, call_id)
    stage.tell(LegBorn(THEIRS, "n1", leg_id), LegRang(THEIRS))
    return leg_id


def arrived(stage: Stage, call_id: str = "o1", *, talked_before: bool = False) -> CallArrived:
    return CallArrived(call_id, THEIRS, "n1", Caller(NUMBER), SHOWN, stage.now, talked_before, outbound=True)


def answered(stage: Stage, call_id: str = "o1") -> str:
    leg_id = ringing(stage, call_id)
    stage.tell(arrived(stage, call_id))
    return leg_id


def talking(stage: Stage, call_id: str = "o1", no_recording: NoRecording | None = None) -> str:
    leg_id = answered(stage, call_id)
    stage.tell(CallReached(call_id, no_recording), RoomJoined(THEIRS, "room"), RoomJoined(leg_id, "room"))
    return leg_id


def their_leg(call_id: str = "o1", room_id: str | None = None, *, is_up: bool = False) -> LegSnapshot:
    return LegSnapshot(THEIRS, "n1", call_id, None, room_id, is_up, None, Caller(NUMBER), SHOWN, outbound=True)


def own_leg(leg_id: str, call_id: str = "o1", room_id: str | None = None, *, is_up: bool = True) -> LegSnapshot:
    return LegSnapshot(leg_id, "n1", call_id, "1001", room_id, is_up, outbound=True)


def given_up() -> str:
    """How a call ends whose agent presses the button before anybody answers."""
    stage = outbound_stage()
    ringing(stage)
    stage.tell(AgentHungUp(11, "o1"))
    return str(stage.call("o1")["end_reason"])


def stranger_refused() -> str:
    """Who was dialed is let in; who says so and was not by us, is not, but for a goodbye."""
    stage = outbound_stage()
    answered(stage)
    assert stage.call("o1")["dial"]["state"] == "answered"
    stage.tell(arrived(stage, "o2", talked_before=True))
    assert (stage.call("o2")["state"], stage.call("o2")["direction"]) == ("leaving", "outbound")
    try:
        stage.tell(arrived(stage, "o3"))
    except Refused as refused:
        return refused.code
    return ""


def refusal(stage: Stage, agent_id: int = 11) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(AgentDialed(agent_id, "o9", NUMBER))
    assert stage.floor.view("call:o9") is None
    return caught.value.code
