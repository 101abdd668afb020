"""Whose work it was."""

from datetime import UTC, datetime, timedelta

from crm_core.domain.work import Share, Work
from cti.domain.dial_facts import CallDialed
from cti.domain.facts import (
    AgentChanged,
    CallTransferred,
    Fact,
    HoldEnded,
    OfferEnded,
    OfferMade,
    PartyAnswered,
    PartyBroughtIn,
    PartyEnded,
    PartyInvited,
    SwitchChanged,
    TalkEnded,
    TalkInterrupted,
    TalkRated,
    TalkStarted,
    WaitStarted,
)
from cti.domain.party import PartyResult
from cti.domain.values import AgentState, OfferResult

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SALES, CARE, ANN, BOB = 1, 2, 11, 12


def told(*facts: tuple[float, Fact]) -> Work:
    work = Work()
    for seconds, fact in facts:
        work.take(AT + timedelta(seconds=seconds), fact)
    return work


def talk(queue_id: int | None = SALES, agent_id: int = ANN) -> TalkStarted:
    return TalkStarted("c", agent_id, f"leg{agent_id}", queue_id, 5.0, None)


def test_each_offer_is_one_and_says_how_it_came_out() -> None:
    results = (OfferResult.MISSED, OfferResult.DECLINED, OfferResult.WITHDRAWN, OfferResult.ANSWERED)
    facts: list[tuple[float, Fact]] = [(0, WaitStarted("c", SALES, 0))]
    for place, result in enumerate(results):
        facts.append((10 * place, OfferMade("c", ANN, f"leg{place}", "next")))
        facts.append((10 * place + 4, OfferEnded("c", ANN, f"leg{place}", result)))
    facts.append((99, OfferEnded("c", ANN, "nobody knows it", OfferResult.WITHDRAWN)))
    share = told(*facts).shares[SALES, ANN]
    assert (share.offered, share.answered, share.missed, share.declined, share.rang_s) == (4, 1, 1, 1, 16.0)


def test_a_talk_with_hold_and_wrap_up_is_in_its_line() -> None:
    work = told(
        (0, WaitStarted("c", SALES, 0)),
        (5, talk()),
        (20, HoldEnded("c", ANN, "leg", 4.0)),
        (30, TalkInterrupted("c", ANN, "leg", 25.0)),
        (60, TalkEnded("c", ANN, "leg", 10.0)),
        (60, AgentChanged(ANN, AgentState.WRAP_UP, "", AgentState.TALKING, 60.0, "c")),
        (67, AgentChanged(ANN, AgentState.READY, "", AgentState.WRAP_UP, 7.0, "c")),
        (68, TalkRated("c", ANN, 4)),
        (69, SwitchChanged("n1", True)),
    )
    assert work.shares == {(SALES, ANN): Share(took=1, talks=1, talked_s=35.0, held_s=4.0, wrap_up_s=7.0)}
    assert work.rating == 4


def test_a_transfer_parts_the_work_by_line_and_agent() -> None:
    work = told(
        (0, WaitStarted("c", SALES, 0)),
        (5, talk()),
        (65, CallTransferred("c", ANN, False, queue_id=CARE)),
        (65, TalkEnded("c", ANN, "leg", 60.0)),
        (65, WaitStarted("c", CARE, 0)),
        (70, talk(CARE, BOB)),
        (90, CallTransferred("c", BOB, True, to_agent_id=ANN)),
        (90, TalkEnded("c", BOB, "leg", 20.0)),
        (90, talk(CARE, ANN)),
        (99, TalkEnded("c", ANN, "leg", 9.0)),
    )
    assert work.shares == {
        (SALES, ANN): Share(took=1, talks=1, transferred=1, talked_s=60.0),
        (CARE, BOB): Share(took=1, talks=1, transferred=1, announced=1, talked_s=20.0),
        (CARE, ANN): Share(talks=1, talked_s=9.0),
    }


def test_the_line_of_a_talk_that_does_not_say_it_is_the_last_one_that_the_call_came_into() -> None:
    assert told((0, WaitStarted("c", SALES, 0)), (1, WaitStarted("c", CARE, 0)), (2, talk(None))).shares.keys() == {
        (CARE, ANN)
    }
    # a call that an agent made was in none
    assert told((2, talk(None)), (5, TalkEnded("c", ANN, "leg", 3.0))).shares == {
        (None, ANN): Share(talks=1, talked_s=3.0)
    }
    again = told((0, WaitStarted("c", SALES, 0)), (1, WaitStarted("c", CARE, 0)), (2, WaitStarted("c", SALES, 0)))
    again.take(AT, talk(None))
    assert again.shares.keys() == {(CARE, ANN)}, "as visits has it"


def test_a_talk_that_was_found_brings_its_line() -> None:
    work = told((0, talk(CARE)), (1, talk(None, BOB)))
    assert {place: share.took for place, share in work.shares.items()} == {(CARE, ANN): 1, (CARE, BOB): 0}


def test_who_is_asked_into_a_call_only_helps() -> None:
    work = told(
        (0, WaitStarted("c", SALES, 0)),
        (5, talk()),
        (10, PartyInvited("c", "bob", ANN, BOB, None)),
        (15, PartyAnswered("c", "bob", 5.0)),
        (20, PartyBroughtIn("c", "bob", ANN)),
        (40, PartyEnded("c", "bob", PartyResult.TALKED, 16, 25.0)),
        (41, PartyInvited("c", "shop", ANN, None, "95588")),
        (42, PartyAnswered("c", "shop", 1.0)),
        (43, PartyEnded("c", "shop", PartyResult.TALKED, 16, 1.0)),
    )
    assert work.shares == {
        (SALES, ANN): Share(took=1, talks=1, invited=2, conferences=1),
        (SALES, BOB): Share(helped=1, helped_s=25.0),
    }


def test_an_invitation_by_somebody_whose_talk_nobody_knows_is_of_the_present_line() -> None:
    work = told((0, WaitStarted("c", SALES, 0)), (1, PartyInvited("c", "bob", ANN, BOB, None)))
    work.take(AT, PartyAnswered("c", "bob", 1.0))
    assert work.shares == {(SALES, BOB): Share(helped=1)}


def test_a_call_that_an_agent_dialed_is_theirs_whatever_came_of_it() -> None:
    assert told((0, CallDialed("c", ANN, "leg"))).shares == {(None, ANN): Share()}


def test_the_end_of_a_talk_that_nobody_knows_is_nobodys() -> None:
    assert told((0, TalkEnded("c", ANN, "leg", 9.0)), (1, HoldEnded("c", ANN, "leg", 1.0))).shares == {}
