"""A talk of before a restart, whose customer no coroutine leads."""

from dataclasses import replace
from datetime import timedelta

from cti.domain.events import CallArrived, RoomLeft, ScreenBack
from cti.domain.memories import AgentMemory
from cti.domain.values import AgentState, Caller, QueueSettings, Roster
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, TALK_MEMORY, Stage, agent_leg, customer
from tests.fakes import START


def after_a_restart(line: QueueSettings) -> Stage:
    """Ann talks with a caller of this line."""
    stage = Stage(Roster((ANN, BOB, EVE), (line, CARE)))
    before = [AgentMemory(11, AgentState.TALKING, "", START - timedelta(seconds=60), "old")]
    stage.floor.restore(stage.now, before, calls=[replace(TALK_MEMORY, recording_id=None)])
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    stage.tell(ScreenBack(11))
    stage.clear()
    return stage


def asked_again(stage: Stage, *, held: bool = False) -> None:
    """The bridge is over, and with it the order of a coroutine that is dead: the dialplan asks for another."""
    stage.tell(RoomLeft("n1-a", "r"), RoomLeft("leg-old", "r"))
    caller = CallArrived("old", "leg-old", "n1", Caller("10086"), "4001", START, talked_before=not held, held=held)
    stage.tell(caller)
