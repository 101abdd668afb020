"""What people and callers add to a call after the diary has it."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.errors import NoteChanged, NotFound
from crm_core.models import Call
from crm_core.storage.along import Along
from crm_core.views import Views
from cti.domain.facts import TalkRated
from tests.crm_core.diary.test_entry import Office, office
from tests.crm_core.floor_story import changes

__all__ = ["office"]


async def test_a_customers_own_agent_is_the_owner_else_who_talked_last(office: Office) -> None:
    views, customers = Views(office.database), Customers(office.database, office.clock)
    stranger = await views.known_caller("13800138000")
    assert stranger is not None
    assert stranger.agent_id is None
    await office.write(office.answered())
    known = await views.known_caller("13800138000")
    assert known is not None
    assert known.agent_id == office.agent.id
    owned = CustomerDraft("李四", level="vip", owner_id=office.by.user_id, phones=(PhoneDraft("13900139000"),))
    await customers.add(owned, office.by)
    mine = await views.known_caller("13900139000")
    assert mine is not None
    assert (mine.agent_id, mine.level) == (office.by.user_id, "vip")


async def test_a_rating_stands_with_the_call(office: Office) -> None:
    await office.write(office.answered())
    assert (await office.calls.get("c1")).call.rating is None
    at = office.clock.now()
    await office.write(changes(at, [(70, [TalkRated("c1", office.agent.id, 5)])], first=50))
    detail = await office.calls.get("c1")
    assert detail.call.rating == 5
    assert detail.events[-1].detail == {"agent_id": office.agent.id, "score": 5}


async def test_a_note_that_another_page_changed_is_not_written_over(office: Office) -> None:
    await office.write(office.answered())
    await office.calls.set_note("c1", "first ", base="")
    await office.calls.set_note("c1", "first, second", base="first ")
    with pytest.raises(NoteChanged):
        await office.calls.set_note("c1", "first, third", base="first ")
    assert (await office.calls.get("c1")).call.note == "first, second"
    await office.calls.set_note("c1", "first, second", base="first ")
    await office.calls.set_note("c1", "whatever is there")
    assert (await office.calls.get("c1")).call.note == "whatever is there"
    with pytest.raises(NotFound):
        await office.calls.set_note("c9", "x", base="")


async def test_a_disposition_clears_no_note_that_its_writer_did_not_see(office: Office) -> None:
    await office.write(office.answered())
    calls, by = office.calls, office.by
    await calls.set_note("c1", "of a colleague")
    for note, base in ((None, None), ("", None), ("  ", None), (None, "")):
        assert (await calls.dispose("c1", "resolved", note, by, base)).note == "of a colleague"
    for note, base in (("", ""), ("mine", ""), ("", "older")):
        with pytest.raises(NoteChanged):
            await calls.dispose("c1", "order", note, by, base)
    row = (await calls.get("c1")).call
    assert (row.note, row.disposition) == ("of a colleague", "resolved"), "all of it or nothing"
    assert (await calls.dispose("c1", "order", "of a colleague, and mine", by, "of a colleague ")).note.endswith("mine")
    assert (await calls.dispose("c1", "order", "", by, "of a colleague, and mine")).note == ""
    assert (await calls.dispose("c1", "order", "over whatever is there", by)).note == "over whatever is there"
    with pytest.raises(NotFound):
        await calls.dispose("c9", "order", "", by, "")


async def test_what_is_also_to_be_saved_is_or_nothing_is(office: Office) -> None:
    await office.write(office.answered())
    told: list[str] = []

    async def noted(connection: AsyncConnection) -> None:
        await connection.execute(update(Call).values(caller_name="also"))

    async def refused(connection: AsyncConnection) -> None:
        raise NotFound("task", 1)

    both = [Along(noted, lambda: told.append("noted")), Along(refused, lambda: told.append("refused"))]
    with pytest.raises(NotFound):
        await office.calls.dispose("c1", "resolved", "mine", office.by, also=both)
    row = (await office.calls.get("c1")).call
    assert (row.disposition, row.note, row.caller_name, told) == (None, "", "", [])
    row = await office.calls.dispose("c1", "resolved", "mine", office.by, also=both[:1])
    assert (row.disposition, row.caller_name, told) == ("resolved", "also", ["noted"])
