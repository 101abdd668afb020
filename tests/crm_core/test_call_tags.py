"""Tags on calls: chosen from a kept list, kept with the row, and the log of one tag read by its index."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.calls import MOST_TAGS, CallFilter, Calls, page_query
from crm_core.errors import Invalid, NotFound
from crm_core.models import Call, TaggedCall
from crm_core.storage.database import Database
from crm_core.words import CallTags, Dispositions, WordRow
from tests.crm_core.conftest import HandClock
from tests.crm_core.test_call_log import plan

MANY = 2000
PLAIN = {"direction": "inbound", "node": "n1", "caller_name": "", "dialed": "1", "priority": 0, "note": ""}


async def write_calls(database: Database, clock: HandClock, count: int) -> None:
    rows = [
        {
            **PLAIN,
            "id": f"c{place}",
            "started_at": clock.now() + timedelta(seconds=place),
            "waited_s": 0.0,
            "talked_s": 0.0,
        }
        for place in range(count)
    ]
    await database.write(lambda connection: connection.execute(insert(Call), rows))


async def test_a_call_is_marked_and_found_by_its_tags(database: Database, clock: HandClock, by: Actor) -> None:
    await write_calls(database, clock, 3)
    calls = Calls(database, clock)
    assert (await calls.get("c0")).call.tags == []
    row = await calls.set_tags("c0", ["complaint", "urgent", "complaint"], by)
    assert row.tags == ["complaint", "urgent"], "each once, in the order of the choice"
    await calls.set_tags("c2", ["complaint"], by)

    async def found(**wanted: object) -> list[str]:
        return [one.id for one in (await calls.page(CallFilter(**wanted))).items]  # type: ignore[arg-type]

    assert (await found(tag="complaint"), await found(tag="urgent"), await found(tag="none")) == (
        ["c2", "c0"],
        ["c0"],
        [],
    )
    assert await found(tag="complaint", agent_id=by.user_id) == []
    assert await found(tag="complaint", started_until=clock.now() + timedelta(seconds=1)) == ["c0"]
    first = await calls.page(CallFilter(tag="complaint"), None, 1)
    assert [one.id for one in (await calls.page(CallFilter(tag="complaint"), first.next_cursor, 1)).items] == ["c0"]
    await calls.set_tags("c0", [], by)
    assert (await found(tag="complaint"), await found(tag="urgent")) == (["c2"], [])
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="call", object_id="c0"))
    assert [entry.detail for entry in page.items] == [{"tags": []}, {"tags": ["complaint", "urgent"]}]


async def test_only_what_is_in_the_list_and_in_use(database: Database, clock: HandClock, by: Actor) -> None:
    await write_calls(database, clock, 1)
    calls, tags = Calls(database, clock), CallTags(database, clock)
    await calls.set_tags("c0", ["complaint"], by)
    await tags.retire("complaint", by)
    assert (await calls.set_tags("c0", ["complaint", "urgent"], by)).tags == ["complaint", "urgent"], "it stays"
    await calls.set_tags("c0", [], by)
    for wrong in (["complaint"], ["nonsense"]):
        with pytest.raises(Invalid):
            await calls.set_tags("c0", wrong, by)
    for place in range(MOST_TAGS + 1):
        await tags.put(WordRow(f"t{place}", "字", "word", color="teal"), by)
    with pytest.raises(Invalid, match="at most"):
        await calls.set_tags("c0", [f"t{place}" for place in range(MOST_TAGS + 1)], by)
    with pytest.raises(NotFound):
        await calls.set_tags("none", [], by)


async def test_a_tag_has_a_colour_of_the_palette(database: Database, clock: HandClock, by: Actor) -> None:
    tags = CallTags(database, clock)
    saved = await tags.put(WordRow("late", "晚", "Late", color="red"), by)
    assert saved in await tags.all()
    with pytest.raises(Invalid) as caught:
        await tags.put(WordRow("late", "晚", "Late", color="red;background:url(x)"), by)
    assert caught.value.problems[0].path == "color"
    plain = await Dispositions(database, clock).put(WordRow("late", "晚", "Late", color="red"), by)
    assert plain.color == "", "a disposition has none"


async def test_the_log_of_a_tag_is_read_by_its_index(database: Database, clock: HandClock) -> None:
    await write_calls(database, clock, MANY)
    marks = [
        {
            "tag": "complaint" if place % 100 else "urgent",
            "started_at": clock.now() + timedelta(seconds=place),
            "call_id": f"c{place}",
        }
        for place in range(MANY)
    ]
    await database.write(lambda connection: connection.execute(insert(TaggedCall), marks))
    await database.write(lambda connection: connection.execute(text("ANALYZE")))
    for tag in ("complaint", "urgent"):
        query = page_query(CallFilter(tag=tag), None).limit(51)
        async with database.reading() as connection:
            steps = await connection.run_sync(plan, query)
        if database.dialect == "sqlite":
            assert any("SEARCH tagged_calls" in step and "tag=?" in step for step in steps), steps
            assert not any("SCAN" in step and "call" in step for step in steps), steps
        elif tag == "complaint":
            assert any("pk_tagged_calls" in step for step in steps), steps
            assert not any("Seq Scan on call" in step or "Seq Scan on tagged" in step for step in steps), steps
