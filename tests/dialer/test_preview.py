"""Agents who look at somebody before they call them: who is shown to whom, for how long, and what then."""

from pathlib import Path

import pytest

from crm_core.audit import Actor
from crm_core.errors import DatabaseUnavailable
from crm_core.storage.database import Database
from cti.domain.commands import DialOutside, RingAgent
from cti.domain.events import (
    AgentHungUp,
    AgentSignedOut,
    AgentWentNotReady,
    CallArrived,
    CallQueued,
    CallReached,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegRang,
    PhoneChanged,
    RoomJoined,
)
from cti.domain.values import Caller
from cti.errors import Refused
from dialer.by_hand import Ordered
from dialer.checking import Out, Waits
from dialer.domain.skipping import SkipReason
from dialer.ports import Undialable
from dialer.preview import Card
from tests.crm_core.people import person
from tests.cti.domain.stage import EXTENSIONS
from tests.dialer.house import House

A, B, C = "+447911123456", "+447911123457", "+447911123458"
ANN, BOB = 11, 12


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    await made.open("preview", preview_s=20.0)
    for user_id, name in ((ANN, "ann"), (BOB, "bob")):
        await person(database, user_id, name)
    return made


def card(house: House, agent_id: int = ANN) -> Card:
    found = house.dialer.card_of(agent_id)
    assert found is not None
    return found[1]


def looks_at(house: House) -> dict[int, str]:
    found = {agent_id: house.dialer.card_of(agent_id) for agent_id in (ANN, BOB)}
    return {agent_id: one[1].lead.numbers[0].number for agent_id, one in found.items() if one is not None}


async def press_dial(house: House, agent_id: int = ANN) -> object:
    found = house.dialer.card_of(agent_id)
    assert found is not None
    run, shown = found
    answer = await run.dial_card(agent_id, shown.lead.id)
    await house.settle()
    return answer


async def states(house: House, *lead_ids: int) -> list[str]:
    return [(await house.lead_row(lead_id)).state for lead_id in lead_ids]


async def test_each_idle_agent_is_shown_somebody_of_their_own_and_nobody_is_dialed(house: House) -> None:
    ids = [await house.add(number) for number in (A, B, C)]
    await house.start()
    house.stage.ready(ANN, BOB)
    await house.step()
    await house.step(1)
    assert looks_at(house) == {ANN: A, BOB: B}
    assert await states(house, *ids) == ["reserved", "reserved", "waiting"]
    assert await house.attempts.reservations.seen() == [(ids[0], ANN), (ids[1], BOB)]
    assert house.dialed() == []
    assert house.stage.all(RingAgent) == []


async def test_a_press_dials_from_the_agents_own_phone_by_the_way_of_all_attempts(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    answer = await press_dial(house)
    assert isinstance(answer, Ordered)
    own = house.stage.last(RingAgent).leg_id
    house.stage.tell(LegAnswered(own))
    assert house.stage.last(DialOutside).number == A
    house.stage.tell(LegBorn("theirs", "n1", own), LegRang("theirs"))
    await house.settle()
    (run,) = house.dialer.runs.values()
    assert (run.lines.dialed_by_hand, run.lines.connected, looks_at(house)) == (1, 0, {})
    arrived = CallArrived(answer.call_id, "theirs", "n1", Caller(A), "4001", house.now, outbound=True)
    house.stage.tell(arrived, CallReached(answer.call_id), RoomJoined("theirs", "r"), RoomJoined(own, "r"))
    await house.step(1)
    assert (run.lines.dialed_by_hand, run.lines.connected) == (0, 1)
    house.stage.tell(LegEnded("theirs", 16), LegEnded(own, 16))
    await house.step(1)
    (row,) = await house.attempt_rows()
    assert (row.attempt_id, row.verdict, row.state, row.agent_id) == (answer.call_id, "human", "reached", ANN)
    assert row.checks["policies"] == ["us-ftc"]
    assert await states(house, lead_id) == ["done"]
    assert run.lines.connected == 0


async def test_nobody_answers_and_the_rules_say_when_again(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await press_dial(house)
    own = house.stage.last(RingAgent).leg_id
    house.stage.tell(LegAnswered(own), LegBorn("theirs", "n1", own), LegRang("theirs"))
    house.stage.tell(LegEnded("theirs", 17, 486), LegEnded(own, 17))
    await house.step(3)
    (row,) = await house.attempt_rows()
    lead = await house.lead_row(lead_id)
    assert (row.verdict, lead.state, lead.attempts, (lead.due_at - row.planned_at).total_seconds()) == (
        "busy",
        "waiting",
        1,
        300.0,
    )


async def test_without_a_phone_nobody_was_dialed(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await press_dial(house)
    house.stage.tell(LegEnded(house.stage.last(RingAgent).leg_id))
    await house.settle()
    (row,) = await house.attempt_rows()
    lead = await house.lead_row(lead_id)
    assert (row.state, row.end_reason, lead.state, lead.attempts) == ("cancelled", "no_phone", "waiting", 0)


async def test_who_gives_up_before_anybody_answers_has_tried(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    answer = await press_dial(house)
    assert isinstance(answer, Ordered)
    own = house.stage.last(RingAgent).leg_id
    house.stage.tell(
        LegAnswered(own), LegBorn("theirs", "n1", own), LegRang("theirs"), AgentHungUp(ANN, answer.call_id)
    )
    await house.settle()
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.attempts, lead.last_verdict) == ("waiting", 1, "no_answer")


@pytest.mark.parametrize(
    "leaves", [AgentWentNotReady(ANN, "break"), AgentSignedOut(ANN), "call"], ids=["pause", "sign-out", "caller"]
)
async def test_who_goes_gives_back_at_once(house: House, leaves: object) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    if leaves == "call":
        house.stage.tell(
            CallArrived("c1", "leg-c1", "n1", Caller("2"), "4001", house.now), CallQueued("c1", 1, 0, "zh")
        )
    else:
        house.stage.tell(leaves)
    await house.step()
    assert looks_at(house) == {}
    assert await states(house, lead_id) == ["waiting"]
    assert await house.attempts.reservations.seen() == []


async def test_a_page_that_is_loaded_again_shows_the_same(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    extension = EXTENSIONS[ANN]
    house.stage.tell(PhoneChanged(extension, reachable=False))
    await house.step(2)
    assert looks_at(house) == {ANN: A}
    house.stage.tell(PhoneChanged(extension, reachable=True))
    await house.step(2)
    assert looks_at(house) == {ANN: A}


async def test_at_the_limit_it_is_given_back_and_shown_again_later(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await house.step(19)
    assert looks_at(house) == {ANN: A}
    await house.step(1)
    await house.step(1)
    lead = await house.lead_row(lead_id)
    assert (looks_at(house), lead.state, lead.why) == ({}, "waiting", "preview_over")
    await house.step(1800)
    await house.step(1)
    assert looks_at(house) == {ANN: A}


async def test_at_the_limit_it_dials_by_itself_where_the_rule_says_so(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    await house.open("preview", preview_s=20.0, preview_at_limit="dial")
    await person(database, ANN, "ann")
    await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await house.step(20)
    assert house.stage.last(RingAgent).dials
    assert [row.number for row in await house.attempt_rows()] == [A]
    assert looks_at(house) == {}


async def test_what_the_phone_refuses_at_the_limit_waits_as_before(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    await house.open("preview", preview_s=20.0, preview_at_limit="dial")
    await person(database, ANN, "ann")
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    shown = card(house)

    def refuses(_attempt: object) -> None:
        raise Refused("phone_busy")

    house.order = refuses  # type: ignore[method-assign]
    house.stage.wait(20)
    await house.dialer.dial()
    lead = await house.lead_row(lead_id)
    assert (shown.agent_id, lead.attempts) == (ANN, 0)
    assert [row.end_reason for row in await house.attempt_rows()] == ["phone_busy"]


async def test_a_press_while_the_phone_is_away_loses_nobody(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    house.stage.tell(PhoneChanged(EXTENSIONS[ANN], reachable=False))
    with pytest.raises(Refused, match="phone_unreachable"):
        await press_dial(house)
    await house.step()
    assert (looks_at(house), await states(house, lead_id)) == ({ANN: A}, ["reserved"])
    assert await house.attempt_rows() == []


async def test_at_the_limit_a_phone_that_is_away_gives_back(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    await house.open("preview", preview_s=20.0, preview_at_limit="dial")
    await person(database, ANN, "ann")
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await house.step(19)
    house.stage.tell(PhoneChanged(EXTENSIONS[ANN], reachable=False))
    await house.step(1)
    row = await house.lead_row(lead_id)
    assert (looks_at(house), row.state, row.why) == ({}, "waiting", "phone_unreachable")


async def test_a_skip_says_why_and_the_next_one_is_shown(house: House) -> None:
    ids = [await house.add(number) for number in (A, B)]
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    found = house.dialer.card_of(ANN)
    assert found is not None
    by = Actor(ANN, "test")
    assert not await found[0].skip_card(99, SkipReason.OTHER, "", by)
    assert await found[0].skip_card(ids[0], SkipReason.NOT_NEEDED, "bought one", by)
    await house.step(1)
    assert looks_at(house) == {ANN: B}
    assert await found[0].skip_card(ids[1], SkipReason.NOT_NOW, "", by)
    rows = [await house.lead_row(lead_id) for lead_id in ids]
    assert [(row.state, row.why) for row in rows] == [("done", "skip_not_needed"), ("waiting", "skip_not_now")]
    assert (rows[1].due_at - house.now).total_seconds() == 1800


async def test_one_press_counts_and_only_for_whom_they_look_at(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    found = house.dialer.card_of(ANN)
    assert found is not None
    run, shown = found
    assert await run.dial_card(ANN, 99) is None
    assert await run.dial_card(BOB, shown.lead.id) is None
    assert isinstance(await run.dial_card(ANN, shown.lead.id), Ordered)
    assert await run.dial_card(ANN, shown.lead.id) is None
    assert len(await house.attempt_rows()) == 1


async def test_the_rules_are_asked_again_when_it_is_dialed(house: House) -> None:
    ids = [await house.add(number) for number in (A, B)]
    await house.start()
    house.stage.ready(ANN, BOB)
    await house.step()
    await house.step(1)
    house.policy.answers[A] = Undialable("do_not_call")
    house.policy.answers[B] = Undialable("number_cap", house.now.replace(hour=23))
    assert isinstance(await press_dial(house, ANN), Out)
    assert isinstance(await press_dial(house, BOB), Waits)
    rows = [await house.lead_row(lead_id) for lead_id in ids]
    assert [(row.state, row.why) for row in rows] == [("barred", "do_not_call"), ("waiting", "number_cap")]
    assert await house.attempts.reservations.seen() == []


async def test_who_may_not_be_called_is_not_shown(house: House) -> None:
    await house.add(A)
    await house.add(B)
    house.policy.answers[A] = Undialable("do_not_call")
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    assert looks_at(house) == {ANN: B}


async def test_ones_own_people_come_first_and_nobody_elses(house: House) -> None:
    await house.add(A)
    await house.add(B, for_user_id=ANN)
    await house.start()
    house.stage.ready(BOB, ANN)
    await house.step()
    await house.step(1)
    assert looks_at(house) == {ANN: B, BOB: A}


async def test_after_a_kill_all_wait_again(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    assert await states(house, lead_id) == ["reserved"]
    house.dialer = house.new_dialer()
    await house.dialer.look()
    assert await house.attempts.reservations.seen() == []
    assert await states(house, lead_id) == ["waiting"]
    await house.step(1)
    assert looks_at(house) == {ANN: A}


async def test_a_campaign_that_is_paused_shows_nobody(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await house.campaigns.take_step(house.campaign_id, "running", "paused", Actor(None, ""))
    await house.step(1)
    assert looks_at(house) == {}
    assert await states(house, lead_id) == ["waiting"]
    assert [one.state for one in house.dialer.previews] == ["paused"]


async def test_a_look_keeps_the_campaign_from_being_exhausted(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    for _ in range(4):
        await house.step(2)
    assert (await house.row()).state == "running"


async def test_a_press_that_the_database_does_not_take_may_be_made_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()

    async def away(*_args: object) -> bool:
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(house.attempts, "plan", away)
        with pytest.raises(DatabaseUnavailable):
            await press_dial(house)
    await house.step()
    assert isinstance(await press_dial(house), Ordered)
