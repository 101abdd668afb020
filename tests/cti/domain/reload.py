"""Ann talks with a caller, and her page is loaded anew."""

from cti.domain.events import LegAnswered, LegEnded, PhoneChanged, RoomJoined, ScreenBack, ScreenLost
from cti.domain.rejoin import PAGE_WENT
from tests.cti.domain.stage import Stage


def talking(seconds: float = 30) -> tuple[Stage, str]:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.wait(seconds)
    stage.clear()
    return stage, leg_id


def reload_page(stage: Stage, leg_id: str) -> None:
    stage.tell(LegEnded(leg_id, PAGE_WENT), PhoneChanged("1001", reachable=False), ScreenLost(11))


def page_is_back(stage: Stage) -> str:
    stage.tell(ScreenBack(11), PhoneChanged("1001", reachable=True))
    return stage.ring().leg_id


def together(stage: Stage, leg_id: str) -> None:
    stage.tell(LegAnswered(leg_id), RoomJoined("leg-c1", "room-2"), RoomJoined(leg_id, "room-2"))
