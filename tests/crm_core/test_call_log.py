"""The log of one agent: every call that they took part in, read by an index however long the log is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Select, insert, text

from crm_core.audit import Actor
from crm_core.calls import CallFilter, Calls, page_query
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.errors import Invalid
from crm_core.models import Call, CallAgent
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from cti.domain.facts import (
    CallEnded,
    CallTransferred,
    Change,
    HoldEnded,
    HoldStarted,
    OfferEnded,
    OfferMade,
    PartyAnswered,
    PartyEnded,
    PartyInvited,
    TalkEnded,
    TalkStarted,
)
from cti.domain.party import PartyResult
from cti.domain.values import EndReason, OfferResult
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.floor_story import changes, started


class Team:
    """Three agents and a diary."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database, self.clock, self.calls = database, clock, Calls(database, clock)
        self.agents: dict[str, int] = {}

    async def open(self, by: Actor) -> None:
        self.queue_id = (await Queues(self.database, self.clock).add(QueueDraft("Support"), by)).id
        users = Users(self.database, self.clock, EXTENSIONS)
        for login in ("ann", "bob", "cleo"):
            self.agents[login] = (await users.add(UserDraft(login, login.title(), "h"), by)).id

    async def write(self, told: list[Change], run: str) -> None:
        for change in told:
            for place, fact in enumerate(change.facts):
                entry = Entry(f"{run}:{change.seq}:{place}", change.seq, change.at, fact)
                await self.database.write(lambda connection, entry=entry: write_group(connection, [entry]))

    async def passed_on(self, call_id: str) -> list[Change]:
        """Cleo misses it, Ann takes it, asks Bob and a number outside, and leaves the customer to Bob."""
        ann, bob, cleo = self.agents.values()
        told = changes(
            self.clock.now(),
            [
                (0, [started(call_id, self.clock.now()), OfferMade(call_id, cleo, "c-leg", "x")]),
                (5, [OfferEnded(call_id, cleo, "c-leg", OfferResult.MISSED), OfferMade(call_id, ann, "a-leg", "x")]),
                (9, [OfferEnded(call_id, ann, "a-leg", OfferResult.ANSWERED)]),
                (10, [TalkStarted(call_id, ann, "a-leg", self.queue_id, 1.0, f"{call_id}-rec")]),
                (20, [HoldStarted(call_id, ann, "a-leg"), PartyInvited(call_id, "out", ann, None, "+8613900139000")]),
                (24, [PartyEnded(call_id, "out", PartyResult.BUSY, 17, 0.0)]),
                (25, [PartyInvited(call_id, "asked", ann, bob, None), PartyAnswered(call_id, "asked", 4.0)]),
                (30, [PartyEnded(call_id, "asked", PartyResult.TALKED, 16, 5.0)]),
                (30, [HoldEnded(call_id, ann, "a-leg", 10.0), TalkEnded(call_id, ann, "a-leg", 20.0)]),
                (30, [CallTransferred(call_id, ann, True, bob), OfferMade(call_id, bob, "b-leg", "left with")]),
                (30, [OfferEnded(call_id, bob, "b-leg", OfferResult.ANSWERED)]),
                (30, [TalkStarted(call_id, bob, "b-leg", self.queue_id, 1.0, f"{call_id}-rec")]),
                (60, [TalkEnded(call_id, bob, "b-leg", 30.0)]),
                (60, [CallEnded(call_id, EndReason.CALLER_HUNG_UP, 16, self.queue_id, bob, 1.0, 50.0)]),
            ],
        )
        await self.write(told, call_id)
        return told

    async def log_of(self, login: str, **wanted: object) -> list[str]:
        page = await self.calls.page(CallFilter(agent_id=self.agents[login], **wanted))  # type: ignore[arg-type]
        return [row.id for row in page.items]


@pytest.fixture
async def team(database: Database, clock: HandClock, by: Actor) -> Team:
    team = Team(database, clock)
    await team.open(by)
    return team


async def test_a_call_is_in_the_log_of_everybody_who_took_part(team: Team) -> None:
    told = await team.passed_on("c1")
    await team.write(told, "c1")  # once more is no second time
    assert [await team.log_of(login) for login in team.agents] == [["c1"], ["c1"], []], "Cleo did not answer"
    detail = await team.calls.get("c1")
    assert detail.agent_ids == {team.agents["ann"], team.agents["bob"]}
    assert (detail.call.agent_name, detail.call.held_s, detail.call.talked_s) == ("Bob", 10.0, 50.0)
    assert (detail.call.recording_id, detail.call.recording_agent_id) == ("c1-rec", team.agents["ann"])
    assert {(leg.kind, leg.agent_name, leg.number, leg.result, leg.held_s) for leg in detail.legs} == {
        ("customer", None, None, None, 0.0),
        ("agent", "Cleo", None, "missed", 0.0),
        ("agent", "Ann", None, "answered", 10.0),
        ("outside", None, "+8613900139000", "busy", 0.0),
        ("invited", "Bob", None, "answered", 0.0),
        ("agent", "Bob", None, "answered", 0.0),
    }


async def test_somebody_who_was_only_asked_took_part_when_they_answered(team: Team) -> None:
    ann, bob, _ = team.agents.values()
    at = team.clock.now()
    talk = [started("c1", at), OfferMade("c1", ann, "a-leg", "x"), TalkStarted("c1", ann, "a-leg", None, 0.0, None)]
    await team.write(changes(at, [(0, talk), (1, [PartyInvited("c1", "asked", ann, bob, None)])]), "begin")
    assert await team.log_of("bob") == [], "it rings"
    await team.write(changes(at, [(2, [PartyAnswered("c1", "asked", 1.0)])]), "answer")
    assert await team.log_of("bob") == ["c1"]
    assert (await team.calls.get("c1")).call.agent_name == "Ann", "who leads it"


async def test_the_log_is_filtered_and_paged(team: Team) -> None:
    for number in range(3):
        await team.passed_on(f"a{number}")
        team.clock.advance(minutes=1)
    at = team.clock.now()
    await team.write(changes(at, [(0, [started("open", at, "0755-12345678")])]), "open")
    short = [started("short", at, "95588"), CallEnded("short", EndReason.ABANDONED_IN_MENU, 16, None, None, 0.0, 0.0)]
    await team.write(changes(at, [(0, short)]), "short")

    async def ids(**wanted: object) -> list[str]:
        return [row.id for row in (await team.calls.page(CallFilter(**wanted))).items]  # type: ignore[arg-type]

    assert await ids() == ["short", "open", "a2", "a1", "a0"]
    assert await ids(queue_id=team.queue_id) == ["a2", "a1", "a0"]
    assert await ids(customer_id=999) == []
    assert await ids(number="138 0013 8000") == ["a2", "a1", "a0"]
    assert await ids(number="01095588") == ["short"]
    assert await ids(number="anonymous") == []
    assert await ids(result="answered") == ["a2", "a1", "a0"]
    assert await ids(result="unanswered") == ["short"]
    assert await ids(result="open") == ["open"]
    assert await ids(result="abandoned_in_menu") == ["short"]
    assert await ids(started_from=at) == ["short", "open"]
    assert await ids(started_until=at) == ["a2", "a1", "a0"]
    with pytest.raises(Invalid):
        await ids(result="nonsense")
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await team.calls.page(CallFilter(), cursor, 2)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
    assert (seen, cursor) == (["short", "open", "a2", "a1", "a0"], None)


async def test_an_agents_log_is_filtered_and_paged_like_everybodys(team: Team) -> None:
    at = team.clock.now()
    for number in range(5):
        await team.passed_on(f"c{number}")
        team.clock.advance(minutes=1)
    assert await team.log_of("ann") == ["c4", "c3", "c2", "c1", "c0"]
    assert await team.log_of("ann", queue_id=team.queue_id, number="13800138000", result="answered") != []
    assert await team.log_of("ann", queue_id=999) == []
    assert await team.log_of("ann", result="unanswered") == []
    since, until = at + timedelta(minutes=1), at + timedelta(minutes=3)
    assert await team.log_of("bob", started_from=since, started_until=until) == ["c2", "c1"]
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await team.calls.page(CallFilter(agent_id=team.agents["bob"]), cursor, 2)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
    assert (seen, cursor) == (["c4", "c3", "c2", "c1", "c0"], None)


MANY = 3000


async def test_an_agents_log_is_read_by_its_index_alone(team: Team) -> None:
    """Three thousand calls of Ann, one old one of Bob: neither log is made by looking through the other's calls."""
    at = team.clock.now()
    plain = {"direction": "inbound", "node": "n1", "caller_name": "", "dialed": "1", "priority": 0, "note": ""}
    rows = [
        {**plain, "id": f"c{place}", "started_at": at + timedelta(seconds=place), "waited_s": 0.0, "talked_s": 0.0}
        for place in range(MANY)
    ]
    mine = [
        {"agent_id": team.agents["ann" if place else "bob"], "started_at": row["started_at"], "call_id": row["id"]}
        for place, row in enumerate(rows)
    ]
    await team.database.write(lambda connection: connection.execute(insert(Call), rows))
    await team.database.write(lambda connection: connection.execute(insert(CallAgent), mine))
    await team.database.write(lambda connection: connection.execute(text("ANALYZE")))
    assert await team.log_of("bob") == ["c0"]
    for login in ("ann", "bob"):
        for before in (None, (at + timedelta(seconds=MANY // 2), "c")):
            query = page_query(CallFilter(agent_id=team.agents[login]), before).limit(51)
            async with team.database.reading() as connection:
                steps = await connection.run_sync(plan, query)
            if team.database.dialect == "sqlite":
                assert any("SEARCH call_agents" in step and "agent_id=?" in step for step in steps), steps
                assert not any("SCAN call" in step or "TEMP B-TREE" in step for step in steps), steps
            else:
                assert any("pk_call_agents" in step for step in steps), steps
                assert not any("Seq Scan on call" in step for step in steps), steps


def plan(connection: Connection, query: Select[Any]) -> list[str]:
    """What the database means to do for the rows themselves; each one's last recording is a small search of its own."""
    asked = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name != "sqlite":
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {asked}")]
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    return [row.detail for row in rows if row.parent == 0]
