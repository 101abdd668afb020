"""Calls that agents dial, as dice throw them; and what must be true of them whatever comes."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from cti.domain import events, wishes
from cti.domain.dial_facts import CallDialed, DialEnded
from cti.domain.facts import TalkStarted
from cti.domain.values import Caller, EndReason, NoRecording
from tests.fakes import START

DIALED = ("o1", "o2")


class Attempts:
    """Each ends once, in a talk or without; one of before a restart may be found."""

    def __init__(self) -> None:
        self.by_leg: dict[str, str] = {}

    def follow(self, fact: CallDialed | DialEnded | TalkStarted) -> None:
        if isinstance(fact, CallDialed):
            assert fact.leg_id not in self.by_leg
            self.by_leg[fact.leg_id] = "open"
            return
        assert self.by_leg.get(fact.leg_id, "found") in {"open", "found"}, "each attempt ends once"
        self.by_leg[fact.leg_id] = "talk" if isinstance(fact, TalkStarted) else fact.result


def from_coroutines(dice: Random, leg_id: str, at: datetime) -> list[events.Event]:
    call_id, again = dice.choice(DIALED), dice.random() < 0.3
    there = events.CallArrived(call_id, f"leg-{call_id}", "n1", Caller("2"), "", at, again, outbound=True)
    reached = events.CallReached(call_id, dice.choice([None, NoRecording.REFUSED]))
    gone = events.CallLeft(call_id, dice.choice([None, EndReason.FAILED]), cut_off=dice.random() < 0.3)
    return [there, there, reached, reached, gone, events.JoinEnded(call_id, leg_id, succeeded=True)]


def presses(dice: Random, agent_id: int) -> list[events.Event]:
    call_id = dice.choice(DIALED)
    dialed = wishes.AgentDialed(agent_id, call_id, "13800138000")
    return [dialed, dialed, events.AgentHungUp(agent_id, call_id)]


def listed(dice: Random, rooms: Callable[[], str | None]) -> list[events.LegSnapshot]:
    legs = []
    for call_id in DIALED:
        if dice.random() < 0.5:
            room = rooms()
            leg = events.LegSnapshot(
                f"leg-{call_id}", "n1", call_id, None, room, room is not None, START, outbound=True
            )
            legs.append(leg)
    return legs
