"""A supervisor moves who waits, and answers who waits."""

from dataclasses import replace

import pytest

from cti.domain.commands import KeepWaiting
from cti.domain.events import AgentWentNotReady, CallQueued, CallRecognised, Event, JoinEnded, LegEnded, SwitchLost
from cti.domain.facts import OfferMade, RecordingWithheld, WaitStarted
from cti.domain.oversight import WaitingGiven, WaitingMoved, WaitingPlaced, WaitingRanked
from cti.domain.steering import CallMoved
from cti.domain.values import NoRecording, Roster, Routing
from cti.domain.wishes import AgentTransferred
from cti.errors import Refused
from tests.cti.domain.attendance import HOUSE
from tests.cti.domain.conference import ann, talking
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, SALES, Stage


def line(*call_ids: str, roster: Roster = HOUSE) -> Stage:
    """They stand in Sales, each a second after the other, and nobody is at work."""
    stage = Stage(roster)
    for call_id in call_ids:
        stage.arrive(call_id)
        stage.wait(1)
    stage.clear()
    return stage


def refusal(stage: Stage, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    return caught.value.code


def waiting(stage: Stage, queue_id: int = 1) -> list[str]:
    found: list[str] = stage.queue(queue_id)["waiting"]
    return found


# --- to another line ---


def test_in_the_other_line_they_stand_by_the_time_that_they_have_waited() -> None:
    stage = line("c1", "c2")
    stage.arrive("c3", 2)
    stage.clear()
    stage.tell(WaitingMoved("c2", 13, 2))
    assert (waiting(stage), waiting(stage, 2)) == (["c1"], ["c2", "c3"])
    assert stage.all(CallMoved) == [CallMoved("c2", 13, queue_id=2)]
    assert (stage.last(WaitStarted).queue_id, stage.last(WaitStarted).priority) == (2, 0)
    assert stage.all(KeepWaiting) == [KeepWaiting("c2", 2, 0)]
    assert stage.queue(2)["today"]["offered"] == 2
    assert stage.call("c2")["waiting_since"] == "2026-03-02T09:00:01.000Z"
    stage.wait(101)  # the longest wait of that line, from now on
    assert waiting(stage, 2) == []


def test_a_free_agent_of_the_other_line_gets_them_at_once() -> None:
    stage = line("c1", roster=Roster((replace(ANN, queue_ids=frozenset({2})), BOB, EVE), (SALES, CARE)))
    stage.ready(11)
    stage.tell(WaitingMoved("c1", 13, 2))
    assert stage.state(11) == ("ringing", "")


def test_who_has_talked_before_is_counted_once_and_stays_first() -> None:
    stage = talking()
    stage.tell(AgentTransferred(11, "c1", queue_id=2), JoinEnded("c1", ann(stage), succeeded=True))
    stage.arrive("c2")
    stage.clear()
    stage.tell(WaitingMoved("c1", 13, 1))
    assert waiting(stage) == ["c1", "c2"]
    assert stage.queue(1)["today"]["offered"] == 2
    assert refusal(stage, WaitingRanked("c1", 13, 5)) == "stands_first"


def test_whom_the_other_lines_notice_was_not_read_to_is_not_recorded_there() -> None:
    roster = Roster((ANN, BOB, EVE), (SALES, replace(CARE, consent_prompt="notice")))
    stage = line("c1", roster=roster)
    stage.tell(WaitingMoved("c1", 13, 2))
    assert stage.last(RecordingWithheld).why is NoRecording.NOT_TOLD


def test_lines_to_which_nobody_can_be_sent() -> None:
    stage = line("c1", roster=Roster((ANN, BOB, EVE), (SALES, replace(CARE, routing=Routing(needs_staff=True)))))
    assert refusal(stage, WaitingMoved("c1", 13, 9)) == "unknown_queue"
    assert refusal(stage, WaitingMoved("c1", 13, 1)) == "waits_there"
    assert refusal(stage, WaitingMoved("c1", 13, 2)) == "queue_without_staff"
    assert refusal(stage, WaitingMoved("c9", 13, 2)) == "not_waiting"
    stage.arrive("c2", None)
    assert refusal(stage, WaitingMoved("c2", 13, 1)) == "not_waiting"
    stage.tell(CallQueued("c2", 1))
    stage.leave("c2")
    assert refusal(stage, WaitingMoved("c2", 13, 1)) == "not_waiting"
    stage.ready(12)
    assert refusal(stage, WaitingMoved("c1", 13, 2)) == "rings_already"


# --- another place ---


def test_to_the_front_between_two_and_to_the_end() -> None:
    stage = line("c1", "c2", "c3", "c4")
    stage.tell(WaitingPlaced("c4", 13, "c1"))
    assert waiting(stage) == ["c4", "c1", "c2", "c3"]
    stage.tell(WaitingPlaced("c3", 13, "c2"))
    assert waiting(stage) == ["c4", "c1", "c3", "c2"]
    stage.tell(WaitingPlaced("c4", 13, None))
    assert waiting(stage) == ["c1", "c3", "c2", "c4"]
    assert stage.last(CallMoved) == CallMoved("c4", 13, before_call_id="", priority=0)
    stage.tell(WaitingPlaced("c4", 13, "c4"))
    assert waiting(stage) == ["c1", "c3", "c2", "c4"]
    assert stage.call("c4")["waiting_since"] == "2026-03-02T09:00:03.000Z", "nobody has waited longer by it"
    assert refusal(stage, WaitingPlaced("c4", 13, "c9")) == "not_waiting"


@pytest.mark.parametrize("later", ["c3", "c2"])
def test_the_next_one_put_before_the_same_caller_stands_behind_the_one_before(later: str) -> None:
    """Whoever is dragged before the first of all, one after the other."""
    sooner = {"c3": "c2", "c2": "c3"}[later]
    stage = line("c1", "c2", "c3", "c4")
    for call_id in (sooner, later, "c4"):
        stage.tell(WaitingPlaced(call_id, 13, "c1"))
    assert waiting(stage) == [sooner, later, "c4", "c1"]


def test_before_somebody_of_another_priority_and_it_stays_so() -> None:
    stage = line("c1", "c2")
    stage.arrive("vip", priority=3)
    stage.tell(WaitingPlaced("c2", 13, "c1"))
    assert waiting(stage) == ["vip", "c2", "c1"]
    stage.tell(WaitingPlaced("c1", 13, "vip"))
    assert (waiting(stage), stage.call("c1")["priority"]) == (["c1", "vip", "c2"], 3)
    stage.tell(CallRecognised("c1", 5, "Li", level="a"))
    assert waiting(stage) == ["c1", "vip", "c2"]
    stage.ready(12)
    stage.wait(21)
    assert waiting(stage) == ["c1", "vip", "c2"], "also when an offer comes to nothing"


# --- another priority ---


def test_a_priority_is_in_place_of_the_flows_and_kept_on_the_channel() -> None:
    roster = Roster((ANN, BOB, EVE), (replace(SALES, routing=Routing(level_priorities=(("a", 5),))), CARE))
    stage = line("c1", "c2", roster=roster)
    stage.tell(CallRecognised("c2", 5, "Li", level="a"))
    assert waiting(stage) == ["c2", "c1"]
    stage.tell(WaitingPlaced("c1", 13, None), WaitingRanked("c1", 13, 7))
    assert waiting(stage) == ["c1", "c2"]
    assert stage.last(CallMoved) == CallMoved("c1", 13, priority=7)
    assert stage.last(KeepWaiting) == KeepWaiting("c1", 1, 7)
    stage.tell(WaitingRanked("c2", 13, 3))
    assert (waiting(stage), stage.call("c2")["priority"]) == (["c2", "c1"], 8)
    assert stage.call("c2")["flow_priority"] == 3


# --- to a person ---


def test_to_an_agent_in_whatever_line_who_may_let_it_ring() -> None:
    stage = line()
    stage.ready(12)
    stage.tell(AgentWentNotReady(12, "meal"))
    stage.arrive("c3", 2)
    stage.tell(WaitingGiven("c3", 13, 12))
    assert stage.last(CallMoved) == CallMoved("c3", 13, agent_id=12)
    assert stage.last(OfferMade).why == "given by a supervisor"
    stage.wait(16)
    assert (waiting(stage, 2), stage.state(12)) == (["c3"], ("not_ready", "meal"))
    assert refusal(stage, WaitingGiven("c3", 13, 11)) == "agent_not_free"
    assert refusal(stage, WaitingGiven("c3", 13, 99)) == "no_such_colleague"
    stage.tell(SwitchLost("n1"))
    assert refusal(stage, WaitingGiven("c3", 13, 12)) == "switch_unavailable"


def test_a_supervisor_answers_themselves_and_is_in_a_pause_afterwards() -> None:
    stage = line("c1")
    assert refusal(stage, WaitingGiven("c1", 13, 13)) == "phone_unreachable"
    stage.ready(13)
    stage.tell(AgentWentNotReady(13, "meeting"), WaitingGiven("c1", 13, 13))
    assert stage.last(OfferMade).why == "taken by a supervisor"
    assert stage.state(13) == ("ringing", "")
    leg_id = stage.join("c1")
    assert (stage.state(13), stage.call("c1")["agent_name"]) == (("talking", ""), "Eve")
    stage.wait(5)
    stage.leave("c1")
    stage.tell(LegEnded(leg_id))
    stage.tell(AgentWentNotReady(13, "meeting"))
    stage.done(13, "c1") if stage.agent(13)["next_state"] is None else None
    assert stage.agent(13)["next_state"] == "meeting"
