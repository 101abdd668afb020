from datetime import timedelta

import pytest

from cti.domain.agent import Agent
from cti.domain.closing import closed_to_newcomers, lacks_staff
from cti.domain.queue import LEAST_HANDLED, Counters, Queue, place_of
from cti.domain.standby import Staffing, Standby
from cti.domain.values import AgentSettings, AgentState, LineClosed, QueueSettings, Routing
from tests.fakes import START


def line(waiting: int = 0, *handled_s: float, **routing: object) -> Queue:
    made = Queue(QueueSettings(1, "Sales", routing=Routing(**routing)), Counters(START.date()))  # type: ignore[arg-type]
    for number in range(waiting):
        made.enter(place_of(0, START + timedelta(seconds=number), f"c{number}"))
    made.recent_s.extend(handled_s * LEAST_HANDLED)
    return made


def staff(*states: AgentState) -> Staffing:
    standby = Standby()
    for number, state in enumerate(states):
        settings = AgentSettings(number, "x", f"10{number}", frozenset({1}))
        standby.look(Agent(settings, START, state, phone_reachable=True))
    return standby.of(1)


BUSY, READY, AWAY = AgentState.TALKING, AgentState.READY, AgentState.NOT_READY


@pytest.mark.parametrize(("queue", "staffing", "why"), [
    (line(500, 90.0), staff(), None),
    (line(needs_staff=True), staff(), LineClosed.NO_STAFF),
    (line(needs_staff=True), staff(AWAY), LineClosed.NO_STAFF),
    (line(needs_staff=True), staff(BUSY), None),
    (line(2, most_waiting=3), staff(BUSY), None),
    (line(3, most_waiting=3), staff(BUSY), LineClosed.FULL),
    (line(1, 60.0, most_expected_s=120.0), staff(BUSY), None),
    (line(2, 60.0, most_expected_s=120.0), staff(BUSY), LineClosed.TOO_LONG),
    (line(2, 60.0, most_expected_s=120.0), staff(BUSY, BUSY), None),
    (line(0, 60.0, most_expected_s=1.0), staff(READY, READY, READY), None),
    (line(2, 60.0, most_expected_s=1.0), staff(READY, READY, READY), LineClosed.TOO_LONG),
    (line(2, most_expected_s=1.0), staff(BUSY), None),
])  # fmt: skip
def test_a_line_is_closed_by_its_own_rules_alone(queue: Queue, staffing: Staffing, why: LineClosed | None) -> None:
    assert closed_to_newcomers(queue, staffing) is why
    assert lacks_staff(queue, staffing) is (why is LineClosed.NO_STAFF)
