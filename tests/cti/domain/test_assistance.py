"""Help is asked for, taken, closed, or over with the talk."""

import pytest

from cti.domain.agent import HelpState
from cti.domain.assistance import HELP_TRANSITIONS
from cti.domain.events import Event
from cti.domain.oversight import HelpAccepted, HelpClosed
from cti.domain.steering import HelpAsked, HelpEnded, HelpTaken
from cti.domain.supervision import Mode
from cti.domain.wishes import AgentAskedForHelp, AgentNeedsNoHelp
from cti.errors import Refused
from tests.cti.domain.attendance import ask, talking
from tests.cti.domain.stage import Stage

ASK = AgentAskedForHelp(11, "c1")


def refusal(stage: Stage, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    return caught.value.code


def test_every_state_has_its_row() -> None:
    assert set(HELP_TRANSITIONS) == set(HelpState)


def test_it_is_shown_until_a_supervisor_says_that_it_is_done() -> None:
    stage = talking()
    stage.tell(ASK, ASK)
    assert stage.all(HelpAsked) == [HelpAsked("c1", 11)]
    assert stage.agent(11)["help"] == {"asked_at": "2026-03-02T09:00:30.000Z", "state": "asked", "taken_by": None}
    stage.wait(4)
    stage.tell(HelpAccepted(11, 13), HelpAccepted(11, 13))
    assert stage.all(HelpTaken) == [HelpTaken("c1", 11, 13)]
    assert refusal(stage, HelpAccepted(11, 12)) == "help_taken"
    stage.tell(HelpClosed(11, 13))
    assert stage.last(HelpEnded) == HelpEnded("c1", 11, 13, 4.0)
    assert stage.agent(11)["help"] is None
    assert refusal(stage, HelpClosed(11, 13)) == "no_help_asked"
    assert refusal(stage, HelpAccepted(99, 13)) == "no_help_asked"


def test_whoever_attends_the_talk_helps() -> None:
    stage = talking()
    ask(stage, Mode.LISTEN)
    assert stage.all(HelpTaken) == []
    stage = talking()
    stage.tell(ASK)
    ask(stage, Mode.WHISPER)
    assert stage.all(HelpTaken) == [HelpTaken("c1", 11, 13)]
    taken = talking()
    taken.tell(ASK, HelpAccepted(11, 12))
    ask(taken, Mode.WHISPER)
    assert taken.all(HelpTaken) == [HelpTaken("c1", 11, 12)]


def test_the_agent_takes_it_back_and_may_not_ask_all_the_time() -> None:
    stage = talking()
    stage.tell(ASK, AgentNeedsNoHelp(11, "c9"))
    assert stage.agent(11)["help"] is not None
    stage.tell(AgentNeedsNoHelp(11, "c1"), AgentNeedsNoHelp(11, "c1"), AgentNeedsNoHelp(99, "c1"))
    assert [one.by for one in stage.all(HelpEnded)] == [11]
    assert refusal(stage, ASK) == "asked_just_now"
    stage.wait(11)
    stage.tell(ASK)
    assert len(stage.all(HelpAsked)) == 2


def test_it_is_over_with_the_talk() -> None:
    stage = talking()
    assert refusal(stage, AgentAskedForHelp(12, "c1")) == "no_such_talk"
    stage.tell(ASK)
    stage.leave("c1")
    assert stage.last(HelpEnded).by is None
    assert stage.agent(11)["help"] is None


def test_a_talk_without_it_ends_as_ever() -> None:
    stage = talking()
    stage.leave("c1")
    assert stage.all(HelpEnded) == []
