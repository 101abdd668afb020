"""Whether somebody's own telephone can ring for a call that they want."""

import pytest

from cti.domain.board import Turn
from cti.domain.events import AgentDisposed, AgentSignedIn, LegEnded, PhoneChanged, RosterChanged
from cti.domain.seats import is_free, own_phone, sit_down
from cti.domain.values import Roster
from cti.errors import Refused
from tests.cti.domain.attendance import ann, ask, talking
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage


def turn(stage: Stage) -> Turn:
    return Turn(stage.floor._board, stage.now)


def refusal(stage: Stage, agent_id: int) -> str:
    with pytest.raises(Refused) as caught:
        own_phone(turn(stage), agent_id)
    return caught.value.code


def test_what_keeps_it_from_ringing() -> None:
    stage = talking()
    assert own_phone(turn(stage), 13).agent_id == 13
    assert refusal(stage, 99) == "no_extension"
    assert refusal(stage, 11) == "in_call"
    stage.leave("c1")
    assert refusal(stage, 11) == "disposition_missing"
    stage.tell(LegEnded(ann(stage)), AgentDisposed(11, "c1"))
    assert own_phone(turn(stage), 11).agent_id == 11, "what is left of a wrap-up is theirs to give"
    stage.tell(PhoneChanged("1003", reachable=False))
    assert refusal(stage, 13) == "phone_unreachable"


def test_who_attends_another_call_or_works_here_no_more() -> None:
    stage = talking()
    ask(stage)
    assert refusal(stage, 13) == "supervises_already"
    stage.tell(RosterChanged(Roster((BOB,), (SALES, CARE))))
    assert refusal(stage, 11) == "no_extension"
    assert ANN.agent_id == 11


def test_who_is_free() -> None:
    stage = talking(12)
    agents = stage.floor._board.agents
    assert [is_free(agents[agent_id]) for agent_id in (11, 12, 13)] == [False, True, False]
    stage.leave("c1")
    stage.tell(LegEnded(ann(stage)))
    assert not is_free(agents[11])
    stage.tell(AgentDisposed(11, "c1"))
    assert is_free(agents[11])


def test_to_sit_down_is_to_be_in_a_pause_or_done_with_the_call_before() -> None:
    stage = talking()
    board = stage.floor._board
    sit_down(turn(stage), board.agents[13])
    assert stage.state(13) == ("not_ready", "signed_in")
    sit_down(turn(stage), board.agents[13])
    assert stage.state(13) == ("not_ready", "signed_in")
    stage.leave("c1")
    stage.tell(LegEnded(ann(stage)), AgentDisposed(11, "c1"))
    sit_down(turn(stage), board.agents[11])
    assert stage.state(11) == ("ready", "")
    stage.tell(AgentSignedIn(13))
