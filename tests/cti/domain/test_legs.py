from datetime import timedelta
from typing import Any

import pytest

from cti.domain.attempt_words import LegProgressed
from cti.domain.board import Turn
from cti.domain.commands import DialCustomer, HangUpLeg, RingAgent
from cti.domain.events import DialFailed, LegAnswered, LegEnded, LegRang, LegSpies, MemberRang, RoomJoined, RoomLeft
from cti.domain.facts import CallEnded, TalkStarted
from cti.domain.legs import closing_is_due
from cti.domain.memories import CallMemory
from cti.domain.values import Caller, Direction, EndReason
from tests.cti.domain import attendance, conference, outgoing
from tests.cti.domain.stage import Stage
from tests.cti.domain.test_attempts import ORDER
from tests.fakes import START


def test_foreign_legs_change_nothing() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.clear()
    stage.tell(LegRang("x"), LegAnswered("x"), LegEnded("x"), RoomJoined("x", "r"), RoomLeft("x", "r"))
    stage.tell(LegRang("leg-c1"), LegAnswered("leg-c1"))
    assert (stage.facts, stage.commands, stage.touched) == ([], [], set())


def test_the_caller_hangs_up_in_line() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.tell(LegEnded("leg-c1", 16), LegEnded("leg-c1", 16))
    assert [fact.reason for fact in stage.all(CallEnded)] == [EndReason.ABANDONED_IN_QUEUE]


def test_in_the_menu_the_coroutine_has_the_word() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.tell(LegEnded("leg-c1"))
    assert stage.all(CallEnded) == []
    stage.wait(5)
    assert stage.last(CallEnded).reason is EndReason.ABANDONED_IN_MENU


def test_a_supervisors_leg_is_no_agents() -> None:
    stage = attendance.talking()
    leg_id = attendance.ask(stage)
    stage.tell(LegAnswered(leg_id), LegSpies(leg_id, attendance.ann(stage), whispers=False))
    assert attendance.eve(stage)["confirmed"] is True
    stage.tell(LegEnded(leg_id), LegSpies(leg_id, attendance.ann(stage), whispers=False))
    assert stage.call("c1")["state"] == "talking"
    assert stage.call("c1")["supervisions"] == []


def test_agents_leg_before_the_answer() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(LegEnded(stage.ring().leg_id, 21))
    assert stage.state(11) == ("not_ready", "declined_call")


def test_agents_leg_in_the_talk() -> None:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.tell(LegEnded(leg_id))
    assert stage.call("c1")["state"] == "leaving"


def test_events_that_cross() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.tell(LegEnded(leg_id, 19), LegAnswered(leg_id), LegRang(leg_id), RoomJoined(leg_id, "r"))
    assert stage.call("c1")["state"] == "waiting"
    stage.tell(LegEnded("leg-c1"), RoomJoined("leg-c1", "r"))
    assert stage.call("c1")["state"] == "ended"


def test_leaving_a_room_before_the_other_comes_is_no_talk() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(RoomJoined(leg_id, "r"), RoomLeft(leg_id, "other"), RoomLeft(leg_id, "r"), RoomJoined("leg-c1", "r"))
    assert stage.all(TalkStarted) == []


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"queue_id": 1}, EndReason.ABANDONED_IN_QUEUE),
        ({}, EndReason.ABANDONED_IN_MENU),
        ({"direction": Direction.OUTBOUND}, EndReason.LOST_WHILE_AWAY),
        ({"queue_id": 1, "talk_agent_id": 11}, EndReason.LOST_WHILE_AWAY),
        ({"queue_id": 1, "parted_at": START}, EndReason.LOST_WHILE_AWAY),
        ({"queue_id": 1, "in_fallback": True}, EndReason.FALLBACK),
    ],
)
def test_who_leaves_after_a_restart_before_they_came_back_to_us(known: dict[str, Any], reason: EndReason) -> None:
    stage = Stage()
    memory = CallMemory("old", "leg-old", "n1", Caller(None), "4001", START - timedelta(seconds=50), **known)
    stage.floor.restore(stage.now, calls=[memory])
    stage.tell(LegEnded("leg-old", 16), LegEnded("leg-old", 16))
    queue_id, agent_id = known.get("queue_id"), known.get("talk_agent_id")
    assert stage.all(CallEnded) == [CallEnded("old", reason, 16, queue_id, agent_id, 0.0, 0.0)]


@pytest.mark.parametrize(("queue_id", "abandoned"), [(1, 1), (9, 0)])
def test_who_leaves_the_line_after_a_restart_has_waited_until_then(queue_id: int, abandoned: int) -> None:
    stage = Stage()
    since = START - timedelta(seconds=50)
    memory = CallMemory("old", "leg-old", "n1", Caller(None), "4001", since, queue_id, queued_at=since)
    stage.floor.restore(stage.now, calls=[memory])
    stage.wait(10)
    stage.tell(LegEnded("leg-old", 16))
    assert stage.last(CallEnded).waited_s == 60.0
    assert stage.queue(1)["today"]["abandoned"] == abandoned, "a line that was removed counts nothing"


def test_an_answer_after_the_withdrawal_is_hung_up() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.leave("c1")
    stage.clear()
    stage.tell(LegAnswered(leg_id))
    assert stage.commands == [HangUpLeg("n1", leg_id)]


def test_a_member_of_the_fallback_queue_is_rung() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(MemberRang("m", "1001"), MemberRang("n", "1050"))
    stage.arrive("c1")
    assert stage.all(RingAgent) == []
    stage.tell(LegEnded("m"), MemberRang("m", "1001"))
    assert stage.ring().call_id == "c1"


def test_a_leg_that_will_not_go_keeps_nobody_from_work() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.leave("c1")
    stage.arrive("c2")
    stage.wait(2.9)
    assert len(stage.all(RingAgent)) == 1
    stage.wait(0.2)
    assert stage.ring().call_id == "c2"


def test_the_wait_for_a_leg_that_has_gone_is_over() -> None:
    stage = Stage()
    turn = Turn(stage.floor._board, stage.now)
    closing_is_due(turn, turn.board.agents[11])
    assert turn.board.agents[11].closing_leg is None


@pytest.mark.parametrize(
    ("cause", "reason"), [(31, EndReason.AGENT_HUNG_UP), (16, EndReason.CALLER_HUNG_UP), (27, EndReason.CALLER_HUNG_UP)]
)
def test_the_agents_word_may_reach_us_by_the_customers_leg(cause: int, reason: EndReason) -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.tell(LegEnded("leg-c1", cause))
    assert stage.last(CallEnded).reason is reason


def test_legs_of_the_invited() -> None:
    stage = conference.talking(12)
    leg_id = conference.ask_colleague(stage)
    conference.held(stage)
    stage.tell(LegAnswered(leg_id))
    assert conference.parties(stage) == [("Bob", "consulted")]
    stage.tell(LegEnded(leg_id))
    assert conference.parties(stage) == []


def test_in_a_conference_a_lost_leg_of_the_agent_leaves_the_others_talking() -> None:
    stage, _ = conference.conference()
    stage.tell(LegEnded(conference.ann(stage), 27))
    assert stage.call("c1")["agent_id"] == 12


def test_a_leg_that_leaves_the_room_of_nobody() -> None:
    stage = Stage()
    stage.tell(RoomJoined("foreign", "r"), RoomLeft("foreign", "r"))
    assert stage.changes == 0


def test_the_legs_of_a_call_that_is_dialed() -> None:
    stage = outgoing.outbound_stage()
    leg_id = outgoing.ringing(stage)
    assert stage.call("o1")["dial"]["state"] == "ringing"
    stage.tell(LegEnded(outgoing.THEIRS, 17))
    assert stage.call("o1")["state"] == "dialing"
    stage.tell(DialFailed(leg_id, 17), LegEnded(leg_id), DialFailed(leg_id, 17))
    assert stage.call("o1")["end_reason"] == "busy"
    stage.tell(LegEnded(outgoing.dial(stage, "o2").leg_id))
    assert stage.call("o2")["end_reason"] == "no_phone"


def test_the_leg_of_a_third_person_is_born_and_fails() -> None:
    stage = conference.talking()
    leg_id = conference.ask_outside(stage)
    assert conference.parties(stage)
    stage.tell(DialFailed(conference.ann(stage), 17), LegEnded(leg_id, 17))
    assert stage.call("c1")["unreached"]["result"] == "busy"


def test_sound_before_an_answer_matters_on_legs_to_people_outside_alone() -> None:
    stage = Stage()
    stage.switch_back()
    stage.tell(ORDER)
    stage.arrive("c1")
    before = len(stage.commands)
    stage.tell(LegProgressed(stage.last(DialCustomer).leg_id), LegProgressed("n1-foreign"), LegProgressed("leg-c1"))
    assert len(stage.commands) == before, "nobody listens to this campaign's lines"
