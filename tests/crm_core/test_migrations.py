import asyncio

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.customers import CustomerFilter, Customers
from crm_core.errors import WrongRevision
from crm_core.lead_lists import LeadLists
from crm_core.migrations import check_revision, is_known_revision, newest_revision, upgrade
from crm_core.migrations.search_index import is_of_the_models
from crm_core.migrations.steps import alembic_config
from crm_core.models import Attempt, LeadList, Table
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database, async_url
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock


async def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_of_the_models}
        )
        return list(compare_metadata(context, Table.metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_upgrading_twice_and_at_once_is_harmless(empty_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url))
    await upgrade(empty_url)
    await check_revision(empty_url)


async def test_another_revision_is_refused(empty_url: str) -> None:
    with pytest.raises(WrongRevision) as caught:
        await check_revision(empty_url)
    assert caught.value.found is None
    assert caught.value.wanted == newest_revision()


def test_the_scripts_are_named_as_alembic_knows_them() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert newest_revision() == scripts.get_current_head()
    assert all(is_known_revision(script.revision) for script in scripts.walk_revisions())
    assert not is_known_revision("9999")


async def test_the_words_are_there_in_both_languages(database: Database) -> None:
    async with database.reading() as connection:
        for table in ("dispositions", "pause_reasons"):
            rows = (await connection.execute(text(f"SELECT label_zh, label_en FROM {table}"))).all()  # noqa: S608
            assert len(rows) >= 5
            assert all(zh and en and zh != en for zh, en in rows)


async def test_what_was_searchable_before_still_is(empty_url: str) -> None:
    await upgrade(empty_url, "0006")
    engine = create_async_engine(async_url(empty_url))
    async with engine.begin() as connection:
        for key, name in ((1, "张伟"), (2, "nobody")):
            row = {"id": key, "name": name, "folded": name, "text": f"{name}\n13800138000"}
            await connection.execute(text(_OLD_CUSTOMER), row)
        tokens = [{"token": token} for token in ("张", "张伟", "伟", "#1380", "#3800", "#8001", "#0013")]
        await connection.execute(text("INSERT INTO search_tokens (token, customer_id) VALUES (:token, 1)"), tokens)
    await engine.dispose()
    await upgrade(empty_url)
    database = Database(empty_url, readers=1)
    customers = Customers(database, HandClock())
    for query in ("张", "张伟", "138001"):
        assert [row.name for row in (await customers.page(CustomerFilter(query))).items] == ["张伟"]
    assert (await customers.page(CustomerFilter("nobody"))).items == ()
    await database.aclose()


async def test_the_log_of_before_is_that_of_all_who_talked(empty_url: str) -> None:
    await upgrade(empty_url, "0008")
    engine = create_async_engine(async_url(empty_url))
    async with engine.begin() as connection:
        for user_id in (1, 2, 3):
            await connection.execute(text(_OLD_USER), {"id": user_id, "login": f"agent{user_id}"})
        for call_id, agent_id in (("taken", 2), ("nobody's", None)):
            await connection.execute(text(_OLD_CALL), {"id": call_id, "agent_id": agent_id})
        for leg_id, agent_id, talks in (("passed on", 1, True), ("took it", 2, True), ("let it ring", 3, False)):
            statement = _OLD_LEG.format(talked="'2026-11-22 08:00:05+00:00'" if talks else "NULL")
            await connection.execute(text(statement), {"id": leg_id, "agent_id": agent_id})
    await upgrade(empty_url)
    async with engine.begin() as connection:
        found = await connection.execute(text("SELECT agent_id, call_id FROM call_agents ORDER BY agent_id"))
        assert [tuple(each) for each in found] == [(1, "taken"), (2, "taken")]
        assert [tuple(each) for each in await connection.execute(text("SELECT held_s FROM calls"))] == [(0,), (0,)]
        await connection.run_sync(_downgrade, "0008")
        assert await connection.scalar(text("SELECT count(*) FROM call_legs")) == 3
    await engine.dispose()


async def test_who_was_lost_in_line_before_is_known_to_be(empty_url: str) -> None:
    await upgrade(empty_url)
    database, clock = Database(empty_url, readers=1), HandClock()
    await database.start()
    queue = await Queues(database, clock).add(QueueDraft("Sales"), SYSTEM)
    campaign = await Campaigns(database, clock).create(CampaignDraft("Spring", "manual", queue.id, ("cn",)), SYSTEM)
    people = await LeadLists(database, clock).create(campaign.id, "North", "", 1, SYSTEM)
    ended = ({"listened_ms": 9}, {"listened_ms": 9, "connected_at": clock.now()}, {})
    rows = [attempt(people, None, clock.now(), end_reason="abandoned_in_queue") | more for more in ended]
    rows.append(attempt(people, None, clock.now(), end_reason="flow_ended", listened_ms=9, response="later"))
    await database.aclose()
    engine = create_async_engine(async_url(empty_url))
    async with engine.begin() as connection:
        for row in rows:
            await connection.execute(insert(Attempt).values(row))
        await connection.run_sync(_downgrade, "0043")
    await upgrade(empty_url)
    async with engine.begin() as connection:
        found = await connection.execute(select(Attempt.attempt_id, Attempt.response))
        told = {row.attempt_id: row.response for row in found}
        assert [told[row["attempt_id"]] for row in rows] == ["lost_waiting", None, None, "later"]
        await connection.run_sync(_downgrade, "0043")
        assert set(await connection.scalars(select(Attempt.response))) == {None, "later"}
    await engine.dispose()


async def test_a_way_back_from_the_words(empty_url: str) -> None:
    await upgrade(empty_url)
    engine = create_async_engine(async_url(empty_url))
    async with engine.begin() as connection:
        columns = _OLD_CUSTOMER.replace("hold_reason,", "hold_reason, search_words,").replace("'',", "'', :words,", 1)
        words = "张 张伟" if engine.dialect.name == "sqlite" else ["张", "张伟"]
        row = {"id": 1, "name": "张伟", "folded": "张伟", "text": "张伟", "words": words}
        await connection.execute(text(columns), row)
        await connection.run_sync(_downgrade, "0006")
        found = await connection.execute(text("SELECT token, customer_id FROM search_tokens ORDER BY token"))
        assert {tuple(each) for each in found} == {("张", 1), ("张伟", 1)}
    await engine.dispose()


async def test_titles_that_pages_wrote_are_taken_away_and_people_s_own_stay(empty_url: str) -> None:
    await upgrade(empty_url, "0043")
    engine = create_async_engine(async_url(empty_url))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE dispositions SET label_en = 'Ring back' WHERE code = 'callback'"))
        for key, kind, title in _OLD_TITLES:
            await connection.execute(text(_OLD_TASK), {"id": key, "kind": kind, "title": title})
    await upgrade(empty_url)
    async with engine.begin() as connection:
        rows = await connection.execute(text("SELECT title FROM tasks ORDER BY id"))
        assert [row.title for row in rows] == ["", "", "", "about X200", "Call back"]
        words = text("SELECT label_en, active FROM dispositions WHERE code = 'answering_machine'")
        assert [tuple(row) for row in await connection.execute(words)] == [("Answering machine", 1)]
        await connection.run_sync(_downgrade, "0043")
        assert await connection.scalar(text("SELECT count(*) FROM tasks WHERE title = ''")) == 0
        assert (await connection.execute(words)).first() is None
    await engine.dispose()


async def test_people_of_before_are_counted_by_their_countries(empty_url: str) -> None:
    await upgrade(empty_url, "0047")
    database = Database(empty_url, readers=1)
    await database.start()
    await Queues(database, HandClock()).add(QueueDraft("Sales"), SYSTEM)
    await database.aclose()
    engine = create_async_engine(async_url(empty_url))
    async with engine.begin() as connection:
        for statement in _OLD_CAMPAIGN:
            await connection.execute(text(statement))
        for key, number in enumerate(("+8613800138000", "+493012345678", "+4930123456789", "+33612345678"), 1):
            # the third and fourth are of one person
            lead_id = min(key, 3)
            if lead_id == key:
                await connection.execute(text(_OLD_LEAD), {"id": key})
            row = {"id": key, "lead_id": lead_id, "number": number}
            await connection.execute(text(_OLD_NUMBER), row)
    await upgrade(empty_url)
    async with engine.begin() as connection:
        rows = await connection.execute(select(LeadList.id, LeadList.countries).order_by(LeadList.id))
        assert [tuple(row) for row in rows] == [(1, {"CN": 1, "DE": 2, "FR": 1}), (2, {})]
        await connection.run_sync(_downgrade, "0047")
        assert await connection.scalar(text("SELECT count(*) FROM leads")) == 3
    await engine.dispose()


def _downgrade(connection: Connection, revision: str) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


_OLD_CUSTOMER = """INSERT INTO customers (hold_reason, id, name, company, name_folded, company_folded, search_text,
    level, language, tags, notes, source, version, created_at, updated_at)
    VALUES ('', :id, :name, '', :folded, '', :text, '', 'zh', '[]', '', 'old', 1, '2026-11-22', '2026-11-22')"""
_OLD_USER = """INSERT INTO users (id, login, name, password_hash, role, language, active, version, created_at,
    updated_at) VALUES (:id, :login, :login, '', 'agent', 'zh', true, 1, '2026-11-22', '2026-11-22')"""
_OLD_CALL = """INSERT INTO calls (id, agent_id, direction, node, caller_name, dialed, priority, started_at, waited_s,
    talked_s, note) VALUES (:id, :agent_id, 'inbound', 'n1', '', '4001', 0, '2026-11-22 08:00:00+00:00', 0, 0, '')"""
_OLD_LEG = """INSERT INTO call_legs (id, call_id, agent_id, kind, why, started_at, talked_s, talk_started_at)
    VALUES (:id, 'taken', :agent_id, 'agent', '', '2026-11-22 08:00:00+00:00', 0, {talked})"""
_OLD_TITLES = (
    (1, "callback", "Ring back"),
    (2, "callback", "约定回拨"),
    (3, "callback", "Call back"),
    (4, "callback", "about X200"),
    (5, "follow_up", "Call back"),
)
_OLD_TASK = """INSERT INTO tasks (id, kind, state, title, note, outcome, priority, sort_at, tries, created_at,
    changed_at, version)
    VALUES (:id, :kind, 'open', :title, '', '', 0, '2026-11-22', 0, '2026-11-22', '2026-11-22', 1)"""
_OLD_CAMPAIGN = (
    """INSERT INTO campaigns (id, name, mode, state, queue_id, policies, rules, created_at, changed_at, version)
    VALUES (1, 'Spring', 'predictive', 'draft', 1, '[]', '{}', '2026-11-22', '2026-11-22', 1)""",
    "INSERT INTO lead_lists (id, campaign_id, name, source, share, created_at) VALUES (1, 1, 'A', '', 1, '2026-11-22')",
    "INSERT INTO lead_lists (id, campaign_id, name, source, share, created_at) VALUES (2, 1, 'B', '', 1, '2026-11-22')",
)
_OLD_LEAD = """INSERT INTO leads (id, campaign_id, list_id, name, zones, custom, language, priority, rank, state, why,
    due_at, attempts, created_at, consent_source) VALUES (:id, 1, 1, '', '[]', '{}', 'zh', 0, 0, 'waiting', '',
    '2026-11-22', 0, '2026-11-22', '')"""
_OLD_NUMBER = """INSERT INTO lead_numbers (id, campaign_id, lead_id, position, number, key)
    VALUES (:id, 1, :lead_id, 0, :number, :number)"""
