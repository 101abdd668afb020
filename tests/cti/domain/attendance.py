"""A stage on which Ann talks with a caller and Eve, a supervisor, has a telephone and a page."""

from cti.domain.commands import RingAgent
from cti.domain.events import LegAnswered, LegSpies, PhoneChanged, RoomJoined, ScreenBack
from cti.domain.oversight import SupervisorAsked
from cti.domain.supervision import Mode
from cti.domain.values import Roster
from tests.cti.domain import conference
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, SALES, Stage

HOUSE = Roster((ANN, BOB, EVE), (SALES, CARE))


def talking(*ready: int) -> Stage:
    """Ann and c1 in a talk, Eve at her desk."""
    stage = conference.talking(*ready, roster=HOUSE)
    stage.tell(PhoneChanged("1003", reachable=True), ScreenBack(13))
    stage.clear()
    return stage


def ann(stage: Stage) -> str:
    return conference.ann(stage)


def ask(stage: Stage, mode: Mode = Mode.LISTEN) -> str:
    """Eve's leg, which rings."""
    stage.tell(SupervisorAsked(13, "c1", mode))
    return stage.last(RingAgent).leg_id


def attending(mode: Mode = Mode.LISTEN, *ready: int) -> tuple[Stage, str]:
    """Eve's phone answered and the switch did what was ordered."""
    stage = talking(*ready)
    leg_id = ask(stage, mode)
    stage.tell(LegAnswered(leg_id))
    if mode in (Mode.LISTEN, Mode.WHISPER):
        stage.tell(LegSpies(leg_id, ann(stage), mode is Mode.WHISPER))
    else:
        stage.tell(RoomJoined(leg_id, "room"))
    stage.clear()
    return stage, leg_id


def eve(stage: Stage) -> dict[str, object]:
    """How the floor shows her ear; {} when she has none."""
    found = stage.call("c1")["supervisions"]
    return dict(found[0]) if found else {}
