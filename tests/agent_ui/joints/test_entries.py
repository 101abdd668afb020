"""What the telephone menu gets from the database."""

from pathlib import Path

import pytest

from agent_ui.joints.entries import load_entries, what_flows_may_name
from agent_ui.settings import TelephoneSettings
from crm_core.audit import SYSTEM
from ivr.domain.flow import parse_flow
from ivr.domain.hours import Opening, Switched
from ivr.entries import EntryBook
from ivr.errors import FlowInvalid
from tests.agent_ui.world import World, running_world

OUTSIDE = {"start": "out", "nodes": {"out": {"type": "transfer", "number": "95588", "on_failed": "out"}}}


async def test_a_number_answers_in_its_language(world: World) -> None:
    memory, book = world.parts.memory, EntryBook()
    flow = await memory.flows.add("Main", {"start": "q", "nodes": {"q": {"type": "queue", "queue": 1}}}, SYSTEM)
    await memory.entry_numbers.put("4001", "", flow.id, SYSTEM)
    await memory.entry_numbers.put("4002", "", flow.id, SYSTEM, language="en")
    await memory.entry_numbers.put("4003", "", flow.id, SYSTEM, active=False)
    await load_entries(memory, world.parts.prompts, book, TelephoneSettings())
    assert [book.entry_for(number).language for number in ("4001", "4002")] == ["zh", "en"]
    assert book.entry_for("4003").flow is None


async def test_calls_go_out_only_to_listed_numbers(world: World) -> None:
    parts = world.parts
    known = await what_flows_may_name(parts.memory, parts.prompts, TelephoneSettings(transfer_numbers=("95588",)))
    assert known.may_call("95588")
    assert not known.may_call("955888")
    with pytest.raises(FlowInvalid, match=r"transfer_numbers.*\[telephone\].*callroom\.toml"):
        parse_flow(OUTSIDE, await what_flows_may_name(parts.memory, parts.prompts, TelephoneSettings()))


async def test_the_page_names_the_cure_and_takes_a_listed_number(tmp_path: Path) -> None:
    document = {
        "start": "out",
        "nodes": {"out": {"type": "transfer", "number": "95588", "on_failed": "end"}, "end": {"type": "hang_up"}},
    }
    async with running_world(tmp_path, CALLROOM_TELEPHONE_TRANSFER_NUMBERS="4008") as world:
        admin = await world.person("admin")
        status, answer = await admin.call("POST", "/flows", {"name": "Out", "body": document})
        (field,) = answer["error"]["fields"]
        assert (status, field["path"], field["code"]) == (422, "nodes.out.number", "number_not_allowed")
        assert "transfer_numbers" in field["message"]
        document["nodes"]["out"]["number"] = "4008"  # type: ignore[index]
        assert (await admin.call("POST", "/flows", {"name": "Out", "body": document}))[0] == 201


async def test_hours_and_what_is_switched_by_hand_come_with_them(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    memory, book = world.parts.memory, EntryBook()
    office = await memory.calendars.add("Office", {"time_zone": "UTC", "weekly": {"mon": ["09:00-18:00"]}}, SYSTEM)
    broken = await memory.calendars.add("Broken", {"weekly": 7}, SYSTEM)
    await memory.calendars.switch(office.id, "closed", None, "", SYSTEM)
    flow = await memory.flows.add("Main", {"start": "q", "nodes": {"q": {"type": "queue", "queue": 1}}}, SYSTEM)
    await memory.entry_numbers.put("4001", "", flow.id, SYSTEM, calendar_id=office.id)
    await load_entries(memory, world.parts.prompts, book, TelephoneSettings())
    assert book.entry_for("4001").calendar_id == office.id
    found = book.calendar(office.id)
    assert found is not None
    assert found.switched == Switched(Opening.CLOSED)
    assert book.calendar(broken.id) is None
    assert "Business hours are not usable" in caplog.messages
    known = await what_flows_may_name(memory, world.parts.prompts, TelephoneSettings())
    assert known.calendar_ids == {office.id, broken.id}
