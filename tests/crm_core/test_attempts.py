"""An attempt's row: there before anybody is dialed, followed by the diary, settled once."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.answers import Answers
from crm_core.attempts import Attempts, PlannedAttempt, Settled, UnseenAnswer, note_unseen_answer
from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, CampaignRow, Campaigns
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.due_leads import DueLead, DueLeads
from crm_core.lead_lists import LeadLists
from crm_core.models import Attempt, Lead, LeadNumber
from crm_core.queues import QueueDraft, Queues
from crm_core.roster import load_memories
from crm_core.storage.database import Database
from cti.domain.attempt_words import AttemptChanged, AttemptPhase, AttemptTerms
from cti.domain.facts import CallStarted, Fact
from cti.domain.values import Caller, Direction, EndReason, Overflow, OverflowAction
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead

SORRY = Overflow(OverflowAction.MESSAGE, "campaign_sorry")
_KEYS = count()
NUMBER = "+8613900139000"


@pytest.fixture
async def campaign(database: Database, clock: HandClock, by: Actor) -> CampaignRow:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    made = await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)
    of = await LeadLists(database, clock).create(made.id, "North", "", 1, by)

    async def fill(connection: object) -> None:
        for place in range(2):
            values = lead(of, clock.now() + timedelta(seconds=place))
            lead_id = (await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one()  # type: ignore[attr-defined]
            number = {
                "campaign_id": made.id,
                "lead_id": lead_id,
                "position": 0,
                "number": NUMBER,
                "key": f"{NUMBER}{place}",
            }
            await connection.execute(insert(LeadNumber).values(number))  # type: ignore[attr-defined]

    await database.write(fill)
    return made


@pytest.fixture
def attempts(database: Database) -> Attempts:
    return Attempts(database)


async def first(database: Database, campaign: CampaignRow, clock: HandClock) -> DueLead:
    return (await DueLeads(database).next(campaign.id, clock.now(), 1))[0]


def planned(of: DueLead, campaign: CampaignRow, attempt_id: str = "a1") -> PlannedAttempt:
    terms = AttemptTerms(campaign.id, campaign.queue_id, 2.0, SORRY, "en")
    return PlannedAttempt(attempt_id, of, of.numbers[0], "4001", terms, {"policies": ["cn"]})


async def tell(database: Database, clock: HandClock, *facts: Fact) -> None:
    entries = [Entry(f"k{next(_KEYS)}", 1, clock.now(), fact) for fact in facts]
    await database.write(lambda connection: write_group(connection, entries))


def started(clock: HandClock, call_id: str = "a1") -> CallStarted:
    return CallStarted(call_id, f"leg-{call_id}", "n1", Caller(NUMBER), "4001", clock.now(), Direction.OUTBOUND)


def phase(phase: AttemptPhase, **more: object) -> AttemptChanged:
    return AttemptChanged("a1", 1, phase, **more)  # type: ignore[arg-type]


async def row(database: Database, attempt_id: str = "a1") -> Attempt:
    async with database.reading() as connection:
        return (await connection.execute(select(Attempt).where(Attempt.attempt_id == attempt_id))).one()  # type: ignore[return-value]


async def lead_row(database: Database, lead_id: int) -> Lead:
    async with database.reading() as connection:
        return (await connection.execute(select(Lead).where(Lead.id == lead_id))).one()  # type: ignore[return-value]


async def test_a_lead_is_taken_by_one_attempt_alone(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    of = await first(database, campaign, clock)
    assert await attempts.plan(planned(of, campaign), clock.now())
    assert not await attempts.plan(planned(of, campaign, "a2"), clock.now()), "somebody has the lead"
    taken = await lead_row(database, of.id)
    assert (taken.state, taken.attempts, taken.last_attempt_at) == ("dialing", 1, clock.now())
    assert (await row(database)).state == "planned"
    assert [one.attempt_id for one in await attempts.in_flight(campaign.id)] == ["a1"]


async def test_nobody_of_a_list_that_was_shut_is_dialed_by_what_was_read_before(
    database: Database, clock: HandClock, by: Actor, campaign: CampaignRow, attempts: Attempts
) -> None:
    of, lists = await first(database, campaign, clock), LeadLists(database, clock)
    await lists.change(of.list_id, "North", 0, by)
    assert not await attempts.plan(planned(of, campaign), clock.now())

    async def give(connection: AsyncConnection) -> None:
        await connection.execute(update(Lead).values(for_user_id=by.user_id))

    await database.write(give)
    own = replace(of, for_user_id=by.user_id)
    assert await attempts.plan(planned(own, campaign), clock.now()), "who is somebody's to call is no part of the mix"


async def test_the_diary_follows_it_to_its_end(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    of = await first(database, campaign, clock)
    await attempts.plan(planned(of, campaign), clock.now())
    await tell(database, clock, started(clock), phase(AttemptPhase.SENT))
    assert (await row(database)).state == "sent"
    rang_at = clock.advance(seconds=1)
    await tell(database, clock, phase(AttemptPhase.RINGING))
    answered_at = clock.advance(seconds=5)
    await tell(database, clock, phase(AttemptPhase.ANSWERED))
    connected_at = clock.advance(seconds=1)
    await tell(database, clock, phase(AttemptPhase.CONNECTED, agent_id=1))
    assert await attempts.unsettled() == ()
    ended_at = clock.advance(seconds=60)
    over = phase(AttemptPhase.ENDED, reason=EndReason.AGENT_HUNG_UP, cause=16, sip_status=0)
    await tell(database, clock, over)
    (left,) = await attempts.unsettled()
    assert (left.rang_at, left.answered_at, left.connected_at, left.ended_at) == (
        rang_at,
        answered_at,
        connected_at,
        ended_at,
    )
    assert (left.agent_id, left.q850_cause, left.sip_code, left.end_reason) == (1, 16, None, "agent_hung_up")
    assert not left.is_lost
    assert await attempts.unsettled(["other"]) == ()


async def test_it_is_settled_once_and_its_lead_with_it(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    of = await first(database, campaign, clock)
    await attempts.plan(planned(of, campaign), clock.now())
    later = clock.now() + timedelta(hours=2)
    number_id = of.numbers[0].id
    settled = Settled(
        "failed", "busy", ({"sign": "sip 486"},), "waiting", "busy", later, number_id, {number_id: "busy"}
    )
    assert await attempts.settle("a1", of.id, settled)
    assert not await attempts.settle("a1", of.id, settled)
    kept = await lead_row(database, of.id)
    assert (kept.state, kept.why, kept.due_at, kept.next_number_id, kept.last_verdict) == (
        "waiting",
        "busy",
        later,
        number_id,
        "busy",
    )
    await tell(database, clock, started(clock), phase(AttemptPhase.ENDED, reason=EndReason.BUSY, cause=17))
    assert (await row(database)).state == "failed", "what is settled stays"
    numbers, tries = await DueLeads(database).story(of.id)
    assert [one.dead for one in numbers] == ["busy"]
    assert [(one.verdict, one.connected, one.abandoned) for one in tries] == [("busy", False, False)]


async def test_one_that_was_never_sent_is_taken_back(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    of = await first(database, campaign, clock)
    await attempts.plan(planned(of, campaign), clock.now())
    soon = clock.now() + timedelta(seconds=30)
    await attempts.take_back("a1", of.id, soon, "switch_unavailable")
    back = await lead_row(database, of.id)
    assert (back.state, back.attempts, back.due_at, back.why) == ("waiting", 0, soon, "switch_unavailable")
    assert (await row(database)).state == "cancelled"
    await attempts.take_back("a1", of.id, clock.now(), "again")
    assert (await lead_row(database, of.id)).due_at == soon, "once is enough"


async def test_people_who_answered_are_counted_from_a_moment_on(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    assert await attempts.answers(campaign.id, clock.now()) == Answers(0, 0)
    of = await first(database, campaign, clock)
    await attempts.plan(planned(of, campaign), clock.now())
    settled = Settled("abandoned", "abandoned", (), "done", "abandoned", abandoned=True)
    await attempts.settle("a1", of.id, settled)
    clock.advance(seconds=10)
    other = await first(database, campaign, clock)
    await attempts.plan(planned(other, campaign, "a2"), clock.now())
    await tell(database, clock, started(clock, "a2"), AttemptChanged("a2", campaign.id, AttemptPhase.CONNECTED, 1))
    assert await attempts.answers(campaign.id, clock.now() - timedelta(hours=1)) == Answers(2, 1)
    assert await attempts.answers(campaign.id, clock.now() - timedelta(seconds=5)) == Answers(1, 0)


async def test_a_restarted_floor_knows_those_that_are_not_over(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    of = await first(database, campaign, clock)
    await attempts.plan(planned(of, campaign), clock.now())
    (memory,) = (await load_memories(database, clock.now())).calls
    assert (memory.call_id, memory.node, memory.caller, memory.direction) == (
        "a1",
        "",
        Caller(NUMBER),
        Direction.OUTBOUND,
    )
    assert memory.attempt == AttemptTerms(campaign.id, campaign.queue_id, 2.0, SORRY, "en")
    await tell(database, clock, started(clock), phase(AttemptPhase.SENT))
    (known,) = (await load_memories(database, clock.now())).calls
    assert (known.node, known.leg_id, known.attempt) == ("n1", "leg-a1", memory.attempt)
    lost = phase(AttemptPhase.ENDED, reason=EndReason.LOST_WHILE_AWAY)
    await tell(database, clock, lost)
    assert (await attempts.unsettled())[0].is_lost


async def test_a_talk_that_nobody_saw_is_written_once(
    database: Database, attempts: Attempts, campaign: CampaignRow, clock: HandClock
) -> None:
    of = await first(database, campaign, clock)
    await attempts.plan(planned(of, campaign), clock.now())
    settled = Settled("unknown", "lost", (), "waiting", "lost", clock.now() + timedelta(hours=1), None)
    assert await attempts.settle("a1", of.id, settled)
    at = clock.now()
    talk = UnseenAnswer("a1", 1, at, at + timedelta(seconds=3), at + timedelta(seconds=60))
    assert await database.write(lambda connection: note_unseen_answer(connection, talk))
    assert not await database.write(lambda connection: note_unseen_answer(connection, talk))
    stranger = replace(talk, call_id="of a caller")
    assert not await database.write(lambda connection: note_unseen_answer(connection, stranger))
    (left,) = await attempts.unsettled()
    assert (left.answered_at, left.connected_at, left.ended_at) == (at, talk.talked_at, talk.ended_at)
    assert (left.agent_id, left.end_reason, left.is_lost) == (1, "fallback", False)
    assert (await lead_row(database, of.id)).state == "dialing"
