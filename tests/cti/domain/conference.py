"""A stage on which Ann talks with a caller, and words for what she does with others."""

from typing import Any

from cti.domain.commands import DialOutside, RingAgent
from cti.domain.events import JoinEnded, LegAnswered, LegBorn, RoomJoined, RoomLeft
from cti.domain.values import Roster
from cti.domain.wishes import AgentBroughtIn, AgentInvited
from tests.cti.domain.stage import ROSTER, Stage

NUMBER = "13800138000"


def talking(*ready: int, roster: Roster = ROSTER) -> Stage:
    """Ann (11) has c1 on the line; all of the telephones that are named are there as well."""
    stage = Stage(roster)
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.ready(*ready)
    stage.wait(30)
    stage.clear()
    stage.ann = leg_id  # type: ignore[attr-defined]
    return stage


def ann(stage: Stage) -> str:
    leg_id: str = stage.ann  # type: ignore[attr-defined]
    return leg_id


def parties(stage: Stage) -> list[tuple[str, str]]:
    """Who is in the call, and where."""
    return [(one["name"] or one["number"], one["state"]) for one in stage.call("c1")["parties"]]


def party_id(stage: Stage, place: int = 0) -> str:
    found: dict[str, Any] = stage.call("c1")["parties"][place]
    return str(found["party_id"])


def held(stage: Stage) -> None:
    """The switch did it: both out of their room."""
    stage.tell(RoomLeft(ann(stage), "room"), RoomLeft("leg-c1", "room"), JoinEnded("c1", ann(stage), succeeded=True))


def ask_colleague(stage: Stage) -> str:
    stage.tell(AgentInvited(11, "c1", to_agent_id=12))
    return stage.last(RingAgent).leg_id


def ask_outside(stage: Stage) -> str:
    stage.tell(AgentInvited(11, "c1", number=NUMBER))
    assert stage.last(DialOutside).leg_id == ann(stage)
    stage.tell(LegBorn("outside-1", "n1", ann(stage)))
    return "outside-1"


def consulting(*ready: int) -> tuple[Stage, str]:
    """Ann talks with Bob in private."""
    stage = talking(*(ready or (12,)))
    leg_id = ask_colleague(stage)
    held(stage)
    stage.tell(LegAnswered(leg_id), RoomJoined(ann(stage), "private"), RoomJoined(leg_id, "private"))
    return stage, leg_id


def conference() -> tuple[Stage, str]:
    """Customer, Ann and Bob in one room."""
    stage, leg_id = consulting()
    stage.tell(AgentBroughtIn(11, "c1", party_id(stage)))
    stage.tell(RoomLeft(ann(stage), "private"), RoomLeft(leg_id, "private"))
    for leg in (ann(stage), "leg-c1", leg_id):
        stage.tell(RoomJoined(leg, "room-2"))
    return stage, leg_id
