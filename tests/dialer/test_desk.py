"""What a campaign asks of one agent, and what their presses do."""

from pathlib import Path

import pytest

from crm_core.audit import SYSTEM, Actor
from crm_core.leads import Leads
from crm_core.storage.database import Database
from cti.domain.commands import RingAgent
from cti.domain.events import AgentWentNotReady
from cti.errors import Refused
from dialer.by_hand import Ordered
from dialer.checking import Out, Waits
from dialer.desk import AgentDesk, NotAtWork
from dialer.domain.skipping import SkipReason
from dialer.ports import Undialable
from tests.crm_core.people import person
from tests.dialer.house import CARE, House

A, B = "+447911123456", "+447911123457"
ANN, BOB = 11, 12


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    await made.open("preview")
    await person(database, ANN, "ann")
    return made


def desk_of(house: House) -> AgentDesk:
    return AgentDesk(house.dialer, house.campaigns, house.leads)


def why(house: House, agent_id: int = ANN) -> str | None:
    desk = desk_of(house).of(agent_id)
    return None if desk is None else desk.why


async def step_to(house: House, state: str, to: str) -> None:
    await house.campaigns.take_step(house.campaign_id, state, to, SYSTEM)
    await house.step(1)


async def test_why_an_agent_looks_at_nobody(house: House) -> None:
    house.stage.ready(ANN)
    await house.step()
    assert why(house) is None, "a draft asks nobody"
    assert why(house, 99) is None
    lead_id = await house.add(A, due_at=house.now.replace(hour=23))
    await house.start()
    await house.step()
    await house.step(2)
    assert (why(house), why(house, BOB)) == ("nobody_due", None)
    await step_to(house, "running", "paused")
    assert why(house) == "paused"
    await step_to(house, "paused", "running")
    house.stage.tell(AgentWentNotReady(ANN, "break"))
    await house.step(2)
    assert why(house) == "not_ready"
    house.stage.ready(ANN)
    assert (await house.lead_row(lead_id)).state == "waiting"


async def test_who_is_left_for_callers_is_told_so(house: House) -> None:
    """Callers came, more are expected: nobody is handed out, and "looking for the next one" would not be true."""
    await house.add(A)
    await house.start()
    await house.step()
    for number in range(20):
        house.stage.arrive(f"c{number}", CARE.queue_id)
        house.stage.leave(f"c{number}")
        await house.step(5)
    house.stage.ready(ANN)
    await house.step(1)
    assert why(house) == "callers_first"
    await house.change(inbound_first=False)
    await house.step(1)
    assert why(house) == ""


async def test_a_card_and_its_skip(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    desk = desk_of(house).of(ANN)
    assert desk is not None
    assert desk.card is not None
    assert (desk.why, desk.card.lead.id, desk.campaign.name) == ("", lead_id, "Spring")
    assert not await desk_of(house).skip(lead_id, SkipReason.OTHER, "", Actor(BOB, ""))
    assert await desk_of(house).skip(lead_id, SkipReason.OTHER, "", Actor(ANN, ""))


async def test_a_press_for_whom_one_looks_at(house: House) -> None:
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    assert isinstance(await desk_of(house).dial(ANN, lead_id), Ordered)


async def test_who_takes_the_consent_back_while_somebody_looks_is_not_called(
    database: Database, tmp_path: Path
) -> None:
    house = House(database, tmp_path)
    await house.open("preview", ("cn",))
    await person(database, ANN, "ann")
    lead_id = await house.add(A, consent_at=house.now, consent_source="form")
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    assert why(house) == ""
    await Leads(database, house.stage.clock).consent(lead_id, None, "", SYSTEM)
    answer = await desk_of(house).dial(ANN, lead_id)
    assert isinstance(answer, Out)
    assert (answer.why, (await house.lead_row(lead_id)).state) == ("no_consent", "barred")


async def test_people_of_ones_own_are_called_at_any_time_and_by_nobody_else(house: House) -> None:
    await house.add(A)
    own = await house.add(B, for_user_id=ANN, due_at=house.now.replace(hour=23))
    desk = desk_of(house)
    house.stage.ready(ANN)
    assert await desk.dial(ANN, own) == NotAtWork("draft")
    await house.start()
    await house.step()
    assert await desk.dial(BOB, own) is None
    assert await desk.dial(ANN, 999) is None
    answer = await desk.dial(ANN, own)
    assert isinstance(answer, Ordered)
    assert house.stage.last(RingAgent).call_id == answer.call_id
    assert (await house.lead_row(own)).state == "dialing"
    assert house.dialer.runs[house.campaign_id].lines.dialed_by_hand == 1


async def test_what_stands_before_it_is_said_and_the_lead_waits_for_it(house: House) -> None:
    own = await house.add(A, for_user_id=ANN)
    barred = await house.add(B, for_user_id=ANN)
    until = house.now.replace(hour=23)
    house.policy.answers |= {A: Undialable("number_cap", until), B: Undialable("do_not_call")}
    house.stage.ready(ANN)
    house.stage.tell(AgentWentNotReady(ANN, "break"))
    await house.start()
    await house.step()
    answer = await desk_of(house).dial(ANN, own)
    assert isinstance(answer, Waits)
    assert (answer.why, answer.until) == ("number_cap", until)
    await desk_of(house).dial(ANN, barred)
    rows = [await house.lead_row(one) for one in (own, barred)]
    assert [(row.state, row.why) for row in rows] == [("waiting", "number_cap"), ("barred", "do_not_call")]


async def test_a_phone_that_refuses_leaves_the_lead_as_it_was(house: House) -> None:
    own = await house.add(A, for_user_id=ANN)
    await house.start()
    await house.step()
    with pytest.raises(Refused, match="signed_out"):
        await desk_of(house).dial(ANN, own)
    row = await house.lead_row(own)
    assert (row.state, row.attempts) == ("waiting", 0)
    assert len(house.dialer.runs[house.campaign_id].lines) == 0, "a line that nobody has is kept from nobody"
