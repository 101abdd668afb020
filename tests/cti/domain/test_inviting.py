"""A colleague or a number outside is called, consulted, brought in or dropped."""

import pytest

from cti.domain.commands import DialOutside, HangUpLeg, Join, Place, RingAgent, SendLeg
from cti.domain.events import (
    AgentDeclined,
    AgentHungUp,
    AgentWentNotReady,
    DialFailed,
    LegAnswered,
    LegBorn,
    LegEnded,
    RoomJoined,
    RoomLeft,
    RosterChanged,
)
from cti.domain.facts import PartyAnswered, PartyEnded, PartyInvited
from cti.domain.inviting import MOST_PARTIES, PARTY_RING_S
from cti.domain.party import PartyResult
from cti.domain.rooms import ARRANGE_AGAIN_S
from cti.domain.values import Roster
from cti.domain.wishes import AgentBroughtIn, AgentDropped, AgentInvited, AgentLeft, AgentRetrieved, AgentSwapped
from cti.errors import Refused
from tests.cti.domain.conference import (
    NUMBER,
    ann,
    ask_colleague,
    ask_outside,
    conference,
    consulting,
    held,
    parties,
    party_id,
    talking,
)
from tests.cti.domain.stage import ANN, SALES


def test_a_colleague_rings_while_the_customer_is_held() -> None:
    stage = talking(12)
    leg_id = ask_colleague(stage)
    ring = stage.last(RingAgent)
    assert (ring.extension, ring.call_id, ring.caller.number) == ("1002", "c1", None), "Bob sees no numbers"
    assert SendLeg("n1", ann(stage), Place.RINGBACK) in stage.commands
    assert stage.all(PartyInvited) == [PartyInvited("c1", party_id(stage), 11, 12, None)]
    assert (stage.call("c1")["state"], parties(stage)) == ("held", [("Bob", "ringing")])
    held(stage)
    stage.wait(4)
    stage.tell(LegAnswered(leg_id), LegAnswered(leg_id))
    assert stage.all(PartyAnswered) == [PartyAnswered("c1", party_id(stage), 4.0)]
    assert stage.last(SendLeg) == SendLeg("n1", leg_id, Place.PAIR, ann(stage))
    assert parties(stage) == [("Bob", "consulted")]


def test_somebody_outside_is_called_from_the_agents_leg() -> None:
    stage = talking()
    leg_id = ask_outside(stage)
    assert stage.last(DialOutside) == DialOutside("n1", ann(stage), NUMBER, PARTY_RING_S)
    held(stage)
    stage.tell(LegAnswered(leg_id))
    assert stage.last(SendLeg) == SendLeg("n1", leg_id, Place.PAIR, ann(stage))


def test_who_answers_when_the_agent_went_back_hears_music() -> None:
    stage = talking(12)
    leg_id = ask_colleague(stage)
    held(stage)
    stage.tell(AgentRetrieved(11, "c1"), LegAnswered(leg_id))
    assert parties(stage) == [("Bob", "aside")]
    assert stage.call("c1")["state"] == "talking"


def test_nobody_answers() -> None:
    stage = talking(12)
    ask_colleague(stage)
    stage.wait(PARTY_RING_S)
    assert stage.all(PartyEnded)[-1].result is PartyResult.NO_ANSWER
    assert stage.state(12) == ("ready", "")


def test_one_at_a_time_and_five_in_all() -> None:
    stage = talking(12)
    ask_colleague(stage)
    with pytest.raises(Refused, match="party_rings"):
        stage.tell(AgentInvited(11, "c1", number=NUMBER))
    crowded = talking()
    for place in range(MOST_PARTIES):
        crowded.tell(AgentInvited(11, "c1", number=NUMBER), LegBorn(f"o{place}", "n1", ann(crowded)))
        crowded.tell(LegAnswered(f"o{place}"))
    assert [state for _, state in parties(crowded)] == ["aside"] * 4 + ["consulted"]
    with pytest.raises(Refused, match="too_many_parties"):
        crowded.tell(AgentInvited(11, "c1", number=NUMBER))


def test_targets_that_cannot_be_had() -> None:
    stage = talking(12)
    for event, code in (
        (AgentInvited(11, "c1"), "one_target"),
        (AgentInvited(11, "c1", to_agent_id=12, number=NUMBER), "one_target"),
        (AgentInvited(11, "c1", to_agent_id=11), "agent_not_free"),
        (AgentInvited(11, "c1", to_agent_id=99), "no_such_colleague"),
    ):
        with pytest.raises(Refused, match=code):
            stage.tell(event)
    stage.tell(RosterChanged(Roster((ANN,), (SALES,))))
    with pytest.raises(Refused, match="no_such_colleague"):
        stage.tell(AgentInvited(11, "c1", to_agent_id=12))


def test_a_leg_that_was_born_too_late_is_ended() -> None:
    stage = talking()
    stage.tell(AgentInvited(11, "c1", number=NUMBER), AgentDropped(11, "c1", "id3"))
    stage.tell(LegBorn("late", "n1", ann(stage)), LegBorn("foreign", "n1", "nobody"))
    assert {HangUpLeg("n1", "late"), HangUpLeg("n1", "foreign")} <= set(stage.commands)
    stage.tell(DialFailed(ann(stage), 16), DialFailed("nobody", 16))
    stage.tell(LegEnded("gone-1"))
    other = talking()
    other.tell(AgentInvited(11, "c1", number=NUMBER), LegEnded("gone-1"), LegBorn("gone-1", "n1", ann(other)))
    assert HangUpLeg("n1", "gone-1") in other.commands


def test_swap_to_and_fro() -> None:
    stage, leg_id = consulting()
    stage.tell(AgentSwapped(11, "c1", party_id(stage)))
    assert (stage.call("c1")["state"], parties(stage)) == ("talking", [("Bob", "aside")])
    assert stage.last(Join).leg_id == ann(stage)
    stage.clear()
    stage.tell(AgentSwapped(11, "c1", party_id(stage)))
    assert (stage.call("c1")["state"], parties(stage)) == ("held", [("Bob", "consulted")])
    assert leg_id


def test_a_second_consultation_puts_the_first_aside() -> None:
    stage, _ = consulting()
    born = ask_outside(stage)
    assert parties(stage) == [("Bob", "aside"), (NUMBER, "ringing")]
    stage.tell(LegAnswered(born))
    first, second = party_id(stage, 0), party_id(stage, 1)
    stage.tell(AgentSwapped(11, "c1", first))
    assert parties(stage) == [("Bob", "consulted"), (NUMBER, "aside")]
    stage.tell(AgentSwapped(11, "c1", second))
    assert parties(stage) == [("Bob", "aside"), (NUMBER, "consulted")]


def test_a_conference_is_one_room_and_one_of_it_can_be_taken_aside() -> None:
    stage, leg_id = conference()
    assert parties(stage) == [("Bob", "in_room")]
    assert SendLeg("n1", leg_id, Place.ADD, "leg-c1") in stage.commands
    stage.tell(AgentBroughtIn(11, "c1", party_id(stage)))
    stage.clear()
    stage.tell(AgentSwapped(11, "c1", party_id(stage)))
    assert parties(stage) == [("Bob", "consulted")]
    assert stage.last(SendLeg) == SendLeg("n1", leg_id, Place.PAIR, ann(stage))


def test_the_invited_may_decline_or_leave_by_themselves() -> None:
    stage = talking(12)
    ask_colleague(stage)
    stage.tell(AgentDeclined(12, "c1"))
    assert stage.all(PartyEnded)[-1].result is PartyResult.DECLINED
    other, _ = conference()
    other.tell(AgentHungUp(12, "c1"))
    assert parties(other) == []
    assert other.call("c1")["state"] == "talking"
    assert other.state(12) == ("ready", "")


def test_parties_that_are_not_there() -> None:
    stage = talking(12)
    ask_colleague(stage)
    for event, code in (
        (AgentSwapped(11, "c1", "nobody"), "no_such_party"),
        (AgentDropped(11, "c1", "nobody"), "no_such_party"),
        (AgentBroughtIn(11, "c1", party_id(stage)), "party_rings"),
    ):
        with pytest.raises(Refused, match=code):
            stage.tell(event)


def test_a_customer_alone_with_two_outside_is_left_when_the_last_goes() -> None:
    stage = talking()
    for leg_id in ("o1", "o2"):
        stage.tell(AgentInvited(11, "c1", number=NUMBER), LegBorn(leg_id, "n1", ann(stage)), LegAnswered(leg_id))
        stage.tell(AgentBroughtIn(11, "c1", stage.call("c1")["parties"][-1]["party_id"]))
    stage.tell(AgentLeft(11, "c1"))
    assert stage.call("c1")["state"] == "handed_over"
    stage.tell(LegEnded("o1"))
    assert stage.call("c1")["state"] == "handed_over"
    stage.tell(LegEnded("o2"))
    assert stage.call("c1")["state"] == "leaving"


def test_one_in_a_pause_is_asked_and_somebody_busy_outside_is_told_of() -> None:
    stage = talking(12)
    stage.tell(AgentWentNotReady(12, "meal"))
    ask_colleague(stage)
    assert stage.agent(12)["next_state"] == "meal"
    other = talking()
    ask_outside(other)
    other.tell(DialFailed(ann(other), 17))
    assert other.all(PartyEnded)[-1].result is PartyResult.BUSY
    assert other.call("c1")["state"] == "held"


def test_a_consulted_one_who_hangs_up_leaves_the_agent_alone() -> None:
    stage, leg_id = consulting()
    stage.tell(LegEnded(leg_id))
    assert (stage.call("c1")["seat"], stage.call("c1")["state"]) == ("alone", "held")


def test_the_way_back_to_the_customer() -> None:
    stage = talking()
    stage.tell(AgentRetrieved(11, "c1"))
    assert stage.commands == []
    ask_outside(stage)
    stage.tell(AgentRetrieved(11, "c1"))
    assert (stage.call("c1")["state"], parties(stage)) == ("talking", [])
    assert stage.all(PartyEnded)[-1].result is PartyResult.CANCELLED


def test_a_colleague_who_rings_goes_on_ringing_when_the_agent_goes_back() -> None:
    stage = talking(12)
    ask_colleague(stage)
    held(stage)
    stage.tell(AgentRetrieved(11, "c1"))
    assert parties(stage) == [("Bob", "ringing")]


def test_the_last_outside_may_go_with_a_colleague_still_there() -> None:
    stage, _ = conference()
    born = ask_outside(stage)
    stage.tell(LegAnswered(born), AgentBroughtIn(11, "c1", party_id(stage, 1)), LegEnded(born))
    assert parties(stage) == [("Bob", "in_room")]
    assert stage.call("c1")["state"] == "talking"


def test_of_two_legs_that_are_born_late_the_last_is_the_one_that_is_wanted() -> None:
    stage = talking()
    stage.tell(AgentInvited(11, "c1", number=NUMBER), AgentRetrieved(11, "c1"), AgentInvited(11, "c1", number="10086"))
    stage.clear()
    stage.tell(LegBorn("first", "n1", ann(stage)), LegBorn("second", "n1", ann(stage)))
    assert [order.leg_id for order in stage.all(HangUpLeg)] == ["first"]
    stage.tell(LegAnswered("second"))
    assert parties(stage) == [("10086", "consulted")]


def test_the_time_for_another_order_does_not_end_a_call_outside_that_has_just_begun() -> None:
    stage, bob = consulting()
    stage.tell(AgentDropped(11, "c1", party_id(stage)), RoomLeft(ann(stage), "private"), LegEnded(bob))
    stage.tell(RoomJoined("leg-c1", "room-2"), RoomJoined(ann(stage), "room-2"))
    stage.wait(ARRANGE_AGAIN_S - 0.1)
    ask_outside(stage)
    stage.clear()
    stage.wait(0.2)
    assert stage.all(SendLeg) == []
    stage.wait(ARRANGE_AGAIN_S)
    assert stage.last(SendLeg) == SendLeg("n1", ann(stage), Place.HOLD), "it is still in the customer's room"
