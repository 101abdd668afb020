"""When the sound of a line is brought to the dialer's listener: once, and only where it has one."""

from dataclasses import replace

import pytest

from cti.domain.attempt_words import AttemptTerms, LegProgressed
from cti.domain.commands import ListenToLine
from cti.domain.events import LegBorn
from cti.domain.wishes import AgentDialed
from tests.cti.domain.stage import Stage
from tests.cti.domain.test_attempts import ORDER, TERMS, answer, dialing_stage

HEARS = replace(TERMS, listen_port=4711)
HEARS_ON = replace(HEARS, listens_on=True)


@pytest.mark.parametrize(("terms", "times"), [(TERMS, 0), (HEARS, 0), (HEARS_ON, 1)])
def test_whoever_answers_is_heard_where_that_matters(terms: AttemptTerms, times: int) -> None:
    stage, leg_id = dialing_stage(replace(ORDER, terms=terms))
    answer(stage, leg_id)
    ears = stage.all(ListenToLine)
    assert [(one.peer, one.stream_id, one.port) for one in ears] == [(leg_id, "a1", 4711)] * times


@pytest.mark.parametrize("terms", [HEARS, HEARS_ON])
def test_early_media_is_heard_and_the_same_ear_goes_on(terms: AttemptTerms) -> None:
    stage, leg_id = dialing_stage(replace(ORDER, terms=terms))
    stage.tell(LegProgressed(leg_id), LegProgressed(leg_id))
    answer(stage, leg_id)
    assert len(stage.all(ListenToLine)) == 1


def test_what_an_agent_dials_is_heard_by_the_agent() -> None:
    stage = Stage()
    stage.switch_back()
    stage.ready(11)
    stage.tell(AgentDialed(11, "a2", "+8613900139000", attempt=replace(HEARS_ON, agent_id=11)))
    own = stage.answer()
    stage.tell(LegBorn("leg-a2", "n1", own))
    answer(stage, "leg-a2", "a2")
    assert stage.call("a2")["dial"]["state"] == "answered"
    assert stage.all(ListenToLine) == []
