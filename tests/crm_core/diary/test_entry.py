from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm_core.audit import Actor
from crm_core.calls import Calls
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.models import AgentStateEntry, CallEvent
from crm_core.queues import QueueDraft, Queues
from crm_core.recordings import RecordingDraft, RecordingFilter, Recordings
from crm_core.roster import load_memories, load_roster
from crm_core.storage.database import Database
from crm_core.timeline import Timeline
from crm_core.users import UserDraft, UserRow, Users
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    CallLinked,
    Change,
    OfferEnded,
    OfferMade,
    RecordingPaused,
    RecordingResumed,
    SwitchChanged,
    TalkEnded,
    TalkInterrupted,
    TalkResumed,
    TalkStarted,
    WaitStarted,
)
from cti.domain.memories import AgentMemory, QueueMemory
from cti.domain.values import AgentState, Caller, EndReason, OfferResult
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.floor_story import answered_call, changes, started


class Office:
    """One queue, one agent, one customer, and a diary."""

    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.calls = Calls(database, clock)
        self.timeline = Timeline(database, clock)

    async def open(self) -> None:
        self.queue = await Queues(self.database, self.clock).add(QueueDraft("Support"), self.by)
        draft = UserDraft("ann", "Ann", "h", queue_ids=(self.queue.id,))
        self.agent: UserRow = await Users(self.database, self.clock, EXTENSIONS).add(draft, self.by)
        drafted = CustomerDraft("张伟", phones=(PhoneDraft("13800138000"),))
        self.customer = await Customers(self.database, self.clock).add(drafted, self.by)

    async def write(self, told: list[Change], run: str = "run") -> None:
        for change in told:
            for place, fact in enumerate(change.facts):
                entry = Entry(f"{run}:{change.seq}:{place}", change.seq, change.at, fact)
                await self.database.write(lambda connection, entry=entry: write_group(connection, [entry]))

    def answered(self, call_id: str = "c1", linked: bool = True) -> list[Change]:
        customer_id = self.customer.id if linked else None
        return answered_call(call_id, self.clock.now(), self.agent.id, self.queue.id, customer_id)


@pytest.fixture
async def office(database: Database, clock: HandClock, by: Actor) -> Office:
    office = Office(database, clock, by)
    await office.open()
    return office


async def test_an_answered_call_is_in_the_log_with_legs_events_and_on_the_timeline(office: Office) -> None:
    began = office.clock.now()
    await office.write(office.answered())
    detail = await office.calls.get("c1")
    call = detail.call
    assert (call.number, call.customer_name, call.queue_name, call.agent_name) == (
        "+8613800138000",
        "张伟",
        "Support",
        "Ann",
    )
    assert (call.started_at, call.queued_at, call.talk_started_at, call.ended_at) == tuple(
        began + timedelta(seconds=after_s) for after_s in (0, 5, 10, 70)
    )
    assert (call.waited_s, call.talked_s, call.end_reason, call.priority) == (5.0, 60.0, "caller_hung_up", 3)
    assert [(leg.kind, leg.agent_name, leg.result, leg.talked_s) for leg in detail.legs] == [
        ("customer", None, None, 0.0),
        ("agent", "Ann", "answered", 60.0),
    ]
    assert all(leg.ended_at == began + timedelta(seconds=70) for leg in detail.legs)
    assert [event.kind for event in detail.events] == [
        "CallStarted",
        "CallLinked",
        "WaitStarted",
        "OfferMade",
        "OfferEnded",
        "TalkStarted",
        "TalkEnded",
        "CallEnded",
    ]
    assert detail.events[2].detail == {"queue_id": office.queue.id, "priority": 3}
    assert detail.recording_ids == ("c1-rec",)
    (line,) = (await office.timeline.page(office.customer.id)).items
    assert line.call is not None
    assert (line.kind, line.at, line.user_name, line.call.talked_s) == ("call", began, "Ann", 60.0)
    assert (line.call.recording_id, line.call.recording_state) == ("c1-rec", "recording"), "not filed yet"
    customer = await Customers(office.database, office.clock).get(office.customer.id)
    assert customer.last_contact_at == began


async def test_an_interrupted_talk_is_one_call_with_a_leg_for_each_part(office: Office) -> None:
    told = office.answered()
    at = next(change.at for change in told if any(isinstance(fact, TalkStarted) for fact in change.facts))
    agent_id = office.agent.id
    parts = [
        (10, [TalkInterrupted("c1", agent_id, "c1-out", 10.0)]),
        (15, [TalkResumed("c1", agent_id, "c1-back", 5.0)]),
        (60, [TalkEnded("c1", agent_id, "c1-back", 45.0)]),
    ]
    interrupted, resumed, over = changes(at, parts, first=100)
    await office.write([*told[:-1], interrupted])
    (held,) = (await load_memories(office.database, at)).calls
    assert held.talk_leg_id is None, "after a restart the caller is one who waits"
    assert (held.parted_at, held.waited_s) == (interrupted.at, 5.0), "and what was talked was not waited"
    assert held.last_talk_started_at == at, "who has talked with one of us is a caller like any"
    await office.write([resumed])
    (again,) = (await load_memories(office.database, at)).calls
    assert (again.talk_agent_id, again.talk_leg_id, again.recording_id) == (agent_id, "c1-back", "c1-rec")
    assert again.talked_before_s == 10.0
    assert again.parted_at is None
    call_ended = replace(told[-1], facts=told[-1].facts[1:])
    await office.write([over, call_ended])
    detail = await office.calls.get("c1")
    assert [(leg.kind, leg.result, leg.talked_s) for leg in detail.legs[1:]] == [
        ("agent", "answered", 10.0),
        ("agent", "answered", 45.0),
    ]
    assert (detail.call.talk_started_at, detail.recording_ids) == (at, ("c1-rec",))
    kinds = [event.kind for event in detail.events]
    assert {"TalkInterrupted", "TalkResumed"} < set(kinds)
    assert len((await office.timeline.page(office.customer.id)).items) == 1


async def test_a_recording_knows_its_pauses_and_a_restarted_floor_of_one_that_lasts(office: Office) -> None:
    told = office.answered()
    at, agent_id = told[0].at, office.agent.id
    recordings = Recordings(office.database, office.clock)
    paused, resumed, again, over = changes(
        at,
        [
            (20, [RecordingPaused("c1", agent_id, "c1-rec", 10.0004)]),
            (35, [RecordingResumed("c1", agent_id, "c1-rec", 25.0, by_itself=True)]),
            (40, [RecordingPaused("c1", agent_id, "c1-rec", 30.0)]),
            (45, [RecordingResumed("c1", agent_id, "c1-rec", 35.0, by_itself=False)]),
        ],
        first=100,
    )
    await office.write([*told[:-1], paused])
    (memory,) = (await load_memories(office.database, at)).calls
    assert memory.recording_paused
    await office.write([paused, resumed])
    (memory,) = (await load_memories(office.database, at)).calls
    assert not memory.recording_paused
    await office.write([again, told[-1]])
    assert (await recordings.get("c1-rec")).pauses == [[10.0, 25.0], [30.0, None]]
    await recordings.save(RecordingDraft("c1-rec", "c1", "ready", at, agent_id))
    assert (await recordings.get("c1-rec")).pauses == [[10.0, 25.0], [30.0, None]], "filing it keeps them"
    await office.write([over, over])
    assert (await recordings.get("c1-rec")).pauses == [[10.0, 25.0], [30.0, 35.0]]
    kinds = [event.kind for event in (await office.calls.get("c1")).events]
    assert kinds.count("RecordingPaused") == kinds.count("RecordingResumed") == 2


async def test_written_twice_it_is_there_once(office: Office) -> None:
    for _ in range(2):
        await office.write(office.answered())
    await office.write(office.answered()[:1])
    detail = await office.calls.get("c1")
    assert (len(detail.legs), len(detail.events), detail.call.end_reason) == (2, 8, "caller_hung_up")
    assert len((await office.timeline.page(office.customer.id)).items) == 1


async def test_a_call_that_nobody_took_and_a_missed_offer(office: Office) -> None:
    at, agent_id = office.clock.now(), office.agent.id
    story = [
        (0, [started("c2", at, None, '"><img src=x>\0')]),
        (1, [WaitStarted("c2", office.queue.id, 0)]),
        (2, [OfferMade("c2", agent_id, "l1", "longest idle")]),
        (9, [OfferEnded("c2", agent_id, "l1", OfferResult.MISSED), WaitStarted("c2", office.queue.id, 0)]),
        (30, [CallEnded("c2", EndReason.ABANDONED_IN_QUEUE, 16, office.queue.id, None, 29.0, 0.0)]),
        (31, [SwitchChanged("n1", up=False)]),
    ]
    await office.write(changes(at, story))
    detail = await office.calls.get("c2")
    assert (detail.call.number, detail.call.caller_name, detail.call.agent_name) == (None, '"><img src=x>', None)
    assert detail.call.queued_at == at + timedelta(seconds=1)
    assert (detail.legs[1].result, detail.legs[1].ended_at) == ("missed", at + timedelta(seconds=9))


async def test_what_people_add_to_a_call_survives_the_diary(office: Office) -> None:
    told = office.answered(linked=False)
    await office.write(told[:-1])
    await office.calls.set_note("c1", "while talking")
    row = await office.calls.link("c1", office.customer.id, office.by)
    assert row.customer_name == "张伟"
    assert (await office.timeline.page(office.customer.id)).items == ()
    row = await office.calls.dispose("c1", "resolved", None, office.by)
    await office.write(told)
    row = (await office.calls.get("c1")).call
    assert (row.note, row.disposition, row.customer_id) == ("while talking", "resolved", office.customer.id)
    (line,) = (await office.timeline.page(office.customer.id)).items
    assert line.call is not None
    assert (line.call.note, line.call.disposition) == ("while talking", "resolved")
    await office.calls.link("c1", None, office.by)
    assert (await office.timeline.page(office.customer.id)).items == ()


async def test_what_cannot_be_said_of_a_call(office: Office) -> None:
    await office.write(office.answered())
    for code in ("nonsense", ""):
        with pytest.raises(Invalid, match="dispositions"):
            await office.calls.dispose("c1", code, "note", office.by)
    with pytest.raises(Invalid):
        await office.calls.set_note("c1", "x" * 10_001)
    for attempt in (
        office.calls.dispose("c9", "resolved", None, office.by),
        office.calls.set_note("c9", "x"),
        office.calls.link("c9", None, office.by),
        office.calls.link("c1", 999, office.by),
        office.calls.get("c9"),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_call_that_was_taken_for_lost_is_open_again_when_it_comes_back(office: Office) -> None:
    await office.write(office.answered()[:5])
    later = office.clock.advance(minutes=5)
    lost = CallEnded("c1", EndReason.LOST_WHILE_AWAY, 0, office.queue.id, office.agent.id, 5.0, 0.0)
    await office.write(changes(later, [(0, [lost])]), "away")
    call = (await office.calls.get("c1")).call
    assert (call.end_reason, call.ended_at) == ("lost_while_away", later)
    assert len((await office.timeline.page(office.customer.id)).items) == 1
    # It was there after all: the caller's dialplan asks for Callroom again.
    await office.write(changes(later, [(0, [started("c1", office.clock.now())])]), "back")
    assert (await office.calls.get("c1")).call.ended_at is None


async def test_a_restarted_floor_is_told_what_it_must_know(office: Office) -> None:
    at, ann = office.clock.now(), office.agent.id
    state = [
        (0, [AgentChanged(ann, AgentState.READY, "", AgentState.NOT_READY, 5.0)]),
        (
            1,
            [
                AgentChanged(ann, AgentState.TALKING, "", AgentState.READY, 1.0),
                AgentChanged(999, AgentState.READY, "", AgentState.READY, 0.0),
            ],
        ),
    ]
    for run in ("states", "states"):
        await office.write(changes(at, state), run)
    await office.write(office.answered()[:5])
    memories = await load_memories(office.database, at)
    assert memories.agents == (AgentMemory(ann, AgentState.TALKING, "", at + timedelta(seconds=1), "c1", False),)
    (call,) = memories.calls
    assert (call.call_id, call.leg_id, call.node, call.caller) == ("c1", "c1-in", "n1", Caller("13800138000"))
    assert (call.talk_agent_id, call.talk_leg_id, call.recording_id) == (ann, "c1-out", "c1-rec")
    assert (call.queue_id, call.priority, call.customer_name) == (office.queue.id, 3, "张伟")
    assert memories.queues == (QueueMemory(office.queue.id, 1, 1, 0),)
    wrap_up = [(0, [AgentChanged(ann, AgentState.WRAP_UP, "", AgentState.TALKING, 60.0)])]
    await office.write(changes(at + timedelta(seconds=70), wrap_up), "wrap")
    await office.write(office.answered())
    memories = await load_memories(office.database, at + timedelta(days=1))
    assert (memories.calls, memories.queues) == ((), ())
    assert memories.agents[0].needs_disposition is True
    await office.calls.dispose("c1", "resolved", None, office.by)
    assert (await load_memories(office.database, at)).agents[0].needs_disposition is False
    async with office.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(AgentStateEntry)) == 3


async def test_an_old_fact_does_not_turn_an_agents_state_back(office: Office) -> None:
    at, ann = office.clock.now(), office.agent.id
    await office.write(changes(at, [(9, [AgentChanged(ann, AgentState.READY, "", AgentState.NOT_READY, 1.0)])]), "new")
    await office.write(
        changes(at, [(1, [AgentChanged(ann, AgentState.NOT_READY, "meal", AgentState.READY, 1.0)])]), "old"
    )
    assert (await load_memories(office.database, at)).agents[0].state is AgentState.READY


async def test_the_roster_has_active_people_with_a_seat(office: Office, admin: UserRow) -> None:
    users = Users(office.database, office.clock, EXTENSIONS)
    chief = await users.add(UserDraft("chief", "Chief", "h", role="supervisor"), office.by)
    roster = await load_roster(office.database)
    assert [(agent.name, agent.extension, agent.queue_ids) for agent in roster.agents] == [
        ("Ann", "1001", frozenset({office.queue.id})),
        ("Chief", "1002", frozenset()),
    ]
    assert roster.queues == (office.queue.settings,)
    await users.change(chief.id, None, {"queue_ids": (office.queue.id,)}, office.by)
    await users.change(office.agent.id, None, {"active": False}, office.by)
    await Queues(office.database, office.clock).save(office.queue.id, 1, QueueDraft("Support", active=False), office.by)
    roster = await load_roster(office.database)
    assert [(agent.name, agent.queue_ids) for agent in roster.agents] == [("Chief", frozenset())]
    assert roster.queues == ()


async def test_recordings_whoever_writes_first(office: Office) -> None:
    recordings = Recordings(office.database, office.clock)
    at = office.clock.now()
    early = RecordingDraft("c1-rec", None, "processing", at, duration_s=59.9)
    await recordings.save(early)
    await office.write(office.answered())
    assert (await recordings.get("c1-rec")).state == "processing"
    await recordings.save(
        RecordingDraft("c1-rec", "c1", "ready", at, office.agent.id, 60.0, 1234, "2026/11/c1.ogg", "2026/11/c1.json")
    )
    row = await recordings.get("c1-rec")
    assert (row.state, row.agent_name, row.number, row.customer_name) == ("ready", "Ann", "+8613800138000", "张伟")
    assert (await office.calls.get("c1")).call.has_recording
    (line,) = (await office.timeline.page(office.customer.id)).items
    assert line.call is not None
    assert line.call.recording_id == "c1-rec"
    for number in range(3):
        await recordings.save(RecordingDraft(f"r{number}", "gone", "failed", at - timedelta(days=number), error="full"))
    assert [row.id for row in await recordings.older_than(at)] == ["r2", "r1"]
    assert [row.id for row in await recordings.in_state("failed", "ready")][:2] == ["r2", "r1"]
    wanted = RecordingFilter("failed", None, at - timedelta(days=1), at + timedelta(days=1))
    first = await recordings.page(wanted, None, 1)
    second = await recordings.page(wanted, first.next_cursor, 1)
    assert [row.id for row in (*first.items, *second.items)] == ["r0", "r1"]
    assert second.next_cursor is None
    assert [row.id for row in (await recordings.page(RecordingFilter(agent_id=office.agent.id))).items] == ["c1-rec"]
    with pytest.raises(NotFound):
        await recordings.get("r9")
    with pytest.raises(Invalid):
        await recordings.save(RecordingDraft("x", None, "odd", at))


async def test_a_fact_of_a_call_that_was_never_seen_is_refused_not_swallowed(office: Office) -> None:
    with pytest.raises(Conflict):
        await office.write(changes(office.clock.now(), [(0, [CallLinked("never", None)])]))
    async with office.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(CallEvent)) == 0


async def test_a_floor_that_began_anew_does_not_unsay_a_talk(office: Office) -> None:
    told = office.answered()
    ended = CallEnded("c1", EndReason.LOST_WHILE_AWAY, 0, office.queue.id, None, 5.0, 0.0)
    last = told[-1]
    await office.write([*told[:-1], Change(last.seq, last.at, (last.facts[0], ended), ())])
    row = (await office.calls.get("c1")).call
    assert (row.end_reason, row.talked_s, row.agent_id) == ("lost_while_away", 60.0, office.agent.id)
