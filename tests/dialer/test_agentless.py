"""A campaign without agents, from the first line to what a key meant."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_core.domain.campaign_rules import KeyRule
from crm_core.storage.database import Database
from cti.domain.attempt_words import AttemptAsksAgent, AttemptChanged, AttemptKeyPressed, AttemptPhase
from cti.domain.commands import DialCustomer
from cti.domain.events import CallLeft, CallQueued
from cti.domain.values import EndReason
from dialer.domain.pace_words import PaceReason
from dialer.settling import Settling
from tests.dialer.house import House

NUMBERS = tuple(f"+44791112345{place}" for place in range(6))
KEYS = (KeyRule("2", "later"), KeyRule("9", "remove"), KeyRule("0", "remove_everywhere"))


class Listed:
    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.refuses = ""

    async def list_number(self, number: str, _by_user_id: int | None) -> str:
        self.numbers.append(number)
        return self.refuses


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    await made.open("agentless", calls_per_s=2.0, lines_max=3, keys=KEYS, later_s=7200.0)
    return made


async def listens(house: House, *keys: str) -> Any:
    """Whoever was dialed last answers, listens for ten seconds, presses these keys, and hangs up after a second."""
    house.answers()
    call_id = house.last().call_id
    await house.settle()
    house.stage.wait(10)
    house.stage.tell(*(AttemptKeyPressed(call_id, key) for key in keys))
    house.stage.wait(1)
    house.stage.tell(CallLeft(call_id, EndReason.FLOW_ENDED))
    await house.settle()
    (row,) = [one for one in await house.attempt_rows() if one.attempt_id == call_id]
    return row


async def test_so_many_lines_and_so_many_a_second_and_no_agent_at_all(house: House) -> None:
    for number in NUMBERS:
        await house.add(number)
    await house.start()
    await house.step()
    await house.dialer.dial()
    assert len(house.dialed()) == 2, "two calls a second"
    await house.step(1)
    await house.step(1)
    assert len(house.dialed()) == 3, "three lines"
    assert house.terms(house.last().call_id).flow_id == 1
    house.ends(17, 486)
    await house.step(1)
    assert len(house.dialed()) == 4


async def test_who_only_listens_is_reached_and_nobody_is_abandoned(house: House) -> None:
    lead_id = await house.add(NUMBERS[0])
    await house.start()
    await house.step()
    row = await listens(house)
    lead = await house.lead_row(lead_id)
    assert (row.state, row.verdict, row.abandoned, row.keys, row.listened_ms) == (
        "reached",
        "human",
        False,
        None,
        11_000,
    )
    assert (lead.state, lead.why) == ("done", "human")
    (run,) = house.dialer.runs.values()
    assert (run.pacing.allowance.window.humans, len(run.lines)) == (0, 0)


@pytest.mark.parametrize(
    ("key", "state", "why", "listed"),
    [("9", "barred", "asked_not_to", []), ("0", "barred", "asked_not_to", [NUMBERS[0]]), ("7", "done", "human", [])],
)
async def test_what_a_key_means(house: House, key: str, state: str, why: str, listed: list[str]) -> None:
    everywhere = Listed()
    house.settling = Settling(house.attempts, house.leads, house._plan_of, do_not_call=everywhere)
    lead_id = await house.add(NUMBERS[0])
    await house.start()
    await house.step()
    row = await listens(house, key)
    lead = await house.lead_row(lead_id)
    assert (row.keys, row.listened_ms, lead.state, lead.why, everywhere.numbers) == (key, 10_000, state, why, listed)


async def test_who_is_to_be_removed_everywhere_and_cannot_be_listed_is_barred_here_and_that_is_known(
    house: House,
) -> None:
    everywhere = Listed()
    everywhere.refuses = "always_dialed"
    house.settling = Settling(house.attempts, house.leads, house._plan_of, do_not_call=everywhere)
    lead_id = await house.add(NUMBERS[0])
    await house.start()
    await house.step()
    row = await listens(house, "0")
    lead = await house.lead_row(lead_id)
    assert (row.response, lead.state, lead.why) == ("remove_everywhere", "barred", "asked_not_to_unlisted")
    assert row.evidence[-1]["sign"] == "not put on the do-not-call list: always_dialed"


async def test_later_is_later(house: House) -> None:
    lead_id = await house.add(NUMBERS[0])
    await house.start()
    await house.step()
    row = await listens(house, "2")
    lead = await house.lead_row(lead_id)
    assert (row.response, lead.state, lead.why) == ("later", "waiting", "callback")
    assert lead.due_at == row.ended_at + timedelta(hours=2)


async def test_who_asks_for_an_agent_gets_one(house: House) -> None:
    await house.add(NUMBERS[0])
    await house.start()
    await house.step()
    house.answers()
    call_id = house.last().call_id
    house.stage.tell(AttemptKeyPressed(call_id, "1"), CallQueued(call_id, 1, 0, "en"))
    await house.step(30)
    house.stage.ready(11)
    house.talks_now()
    await house.step(1)
    (run,) = house.dialer.runs.values()
    assert run.lines.connected == 1
    house.ends(16)
    await house.settle()
    (row,) = await house.attempt_rows()
    assert (row.state, row.verdict, row.abandoned, row.response, row.agent_id) == (
        "reached",
        "human",
        False,
        "agent",
        11,
    )


async def asks(house: House, *, is_open: bool) -> None:
    """Whoever was dialed asks for an agent after ten seconds, and half a minute goes by."""
    await house.add(NUMBERS[0])
    await house.start()
    await house.step()
    house.answers()
    call_id = house.last().call_id
    house.stage.wait(10)
    house.stage.tell(AttemptKeyPressed(call_id, "1"), AttemptAsksAgent(call_id))
    if is_open:
        house.stage.tell(CallQueued(call_id, 1, 0, "en"))
    await house.settle()
    house.stage.wait(30)


async def test_who_asks_for_an_agent_and_hangs_up_waiting_is_lost_to_the_campaign(house: House) -> None:
    await asks(house, is_open=True)
    house.ends(16)
    await house.settle()
    (row,) = await house.attempt_rows()
    # nobody was promised to them, as the law counts; how long they waited is no listening
    assert (row.response, row.abandoned, row.listened_ms) == ("lost_waiting", False, 10_000)


async def test_who_asks_for_an_agent_where_nobody_is_is_lost_to_the_campaign(house: House) -> None:
    await asks(house, is_open=False)
    assert [one.response for one in await house.attempt_rows()] == ["asked"]
    house.stage.tell(CallLeft(house.last().call_id, EndReason.FLOW_ENDED))
    await house.settle()
    assert [one.response for one in await house.attempt_rows()] == ["lost_nobody"]


async def test_what_was_pressed_holds_also_when_nobody_saw_how_it_ended(house: House) -> None:
    """They asked to be removed, and hung up while Callroom was away."""
    lead_id, other_id = await house.add(NUMBERS[0]), await house.add(NUMBERS[1])
    await house.start()
    await house.step()
    first, second = house.stage.all(DialCustomer)
    for order in (first, second):
        house.answers(order)
    house.stage.tell(AttemptKeyPressed(first.call_id, "9"))
    await house.settle()
    lost = {"reason": EndReason.LOST_WHILE_AWAY}
    for order in (first, second):
        await house.write(AttemptChanged(order.call_id, house.campaign_id, AttemptPhase.ENDED, **lost))
    found = {one: await house.lead_row(one) for one in (lead_id, other_id)}
    assert (found[lead_id].state, found[lead_id].why) == ("barred", "asked_not_to")
    assert (found[other_id].state, found[other_id].why) == ("waiting", "lost")


async def test_while_the_trunk_does_not_answer_one_is_tried_from_time_to_time(house: House) -> None:
    for number in NUMBERS:
        await house.add(number)
    await house.start()
    await house.step()
    await house.dialer.dial()
    for order in house.stage.all(DialCustomer):
        house.ends(20, 0, order)
    await house.step(0.6)
    run = house.dialer.runs[house.campaign_id]
    assert (len(house.dialed()), run.progress.pace.reason) == (2, PaceReason.ROUTE_FAILS)
    await house.step(1)
    assert len(house.dialed()) == 3
    house.answers()
    await house.step(1)
    assert run.progress.pace.reason is not PaceReason.ROUTE_FAILS
    assert len(house.dialed()) > 3
