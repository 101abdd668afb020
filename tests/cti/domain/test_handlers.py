"""Whatever may be due, somebody takes it (of events: test_words)."""

from cti.domain.deadlines import Due
from cti.domain.events import RosterChanged
from cti.domain.handlers import AGENT_DUE, CALL_DUE, CALLBACK_DUE
from cti.domain.values import Roster
from tests.cti.domain.stage import ANN, CARE, SALES, Stage


def test_every_deadline_is_of_one_kind() -> None:
    tables = (CALL_DUE, CALLBACK_DUE, AGENT_DUE)
    assert sorted(due for table in tables for due in table) == sorted(Due)


def test_a_new_roster_is_taken_as_a_whole() -> None:
    stage = Stage()
    stage.tell(RosterChanged(Roster((ANN,), (SALES, CARE))))
    assert [one.agent_id for one in stage.floor.all_attending()] == [11]
