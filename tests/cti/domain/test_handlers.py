"""Whatever the floor may be told, and whatever may be due, somebody takes it."""

from types import UnionType
from typing import get_args

from cti.domain.deadlines import Due
from cti.domain.events import Event, RosterChanged
from cti.domain.handlers import AGENT_DUE, CALL_DUE, CALLBACK_DUE, HANDLERS
from cti.domain.values import Roster
from tests.cti.domain.stage import ANN, CARE, SALES, Stage


def kinds(union: object) -> set[object]:
    if isinstance(union, UnionType):
        return set().union(*(kinds(one) for one in get_args(union)))
    return {union}


def test_every_event_is_taken() -> None:
    assert set(HANDLERS) == kinds(Event)


def test_every_deadline_is_of_one_kind() -> None:
    tables = (CALL_DUE, CALLBACK_DUE, AGENT_DUE)
    assert sorted(due for table in tables for due in table) == sorted(Due)


def test_a_new_roster_is_taken_as_a_whole() -> None:
    stage = Stage()
    stage.tell(RosterChanged(Roster((ANN,), (SALES, CARE))))
    assert [one.agent_id for one in stage.floor.all_attending()] == [11]
