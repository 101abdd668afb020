"""Whom a campaign dials, whom it puts off, and what its pacing hears."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft
from crm_core.models import Lead
from crm_core.storage.database import Database
from cti.domain.attempt_words import AttemptChanged, AttemptOrdered, AttemptPhase
from cti.domain.commands import DialCustomer
from cti.domain.events import LegRang
from dialer.domain.clearance import Law
from dialer.domain.pace_words import PaceReason
from dialer.ports import Undialable
from dialer.reasons import reasons
from dialer.run import CampaignRun
from tests.crm_core.people import person
from tests.dialer.house import House

A, B, C = "+447911123456", "+447911123457", "+447911123458"


def run_of(house: House) -> CampaignRun:
    return house.dialer.runs[house.campaign_id]


async def running(house: House, agents: int = 1) -> CampaignRun:
    await house.start()
    house.stage.ready(*(11, 12)[:agents])
    await house.step()
    return run_of(house)


async def test_one_line_for_each_agent_who_waits(house: House) -> None:
    for number in (A, B, C):
        await house.add(number)
    run = await running(house, agents=2)
    assert house.dialed() == [A, B]
    assert run.progress.pace.reason is PaceReason.AS_SET
    first, _ = await house.attempt_rows()
    assert (first.state, first.shown_as, first.checks["policies"]) == ("sent", "4001", ["us-ftc"])
    assert first.checks["zones"] == {"Europe/London": "Mon 09:00"}
    assert first.terms["connect_within_s"] == 2.0


async def test_nobody_is_dialed_without_agents_or_switch(house: House) -> None:
    await house.add(A)
    run = await running(house, agents=0)
    assert (house.dialed(), run.progress.pace.reason) == ([], PaceReason.NO_AGENTS)


async def test_who_talks_is_busy_and_who_wraps_up_is_not_free_yet(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    run = await running(house)
    house.talks()
    await house.step(1)
    assert (run.lines.connected, run.pacing.agents.idle, run.pacing.agents.present) == (1, 0, 1)
    assert house.dialed() == [A]
    house.ends(16)
    await house.step(1)
    assert run.pacing.agents.idle == 0, "wraps up"
    call_id = (await house.attempt_rows())[0].attempt_id
    house.stage.done(11, call_id)
    await house.step(1)
    assert house.dialed() == [A, B]
    assert run.pacing.allowance.window.humans == 1


async def test_who_was_tried_is_not_tried_again_before_the_rules_say(house: House) -> None:
    lead_id = await house.add(A, B)
    await running(house)
    house.ends(19)
    await house.step(1)
    row = await house.lead_row(lead_id)
    assert (row.state, row.why, row.due_at - house.now < timedelta(hours=2)) == ("waiting", "no_answer", True)
    await house.step(1800)
    assert house.dialed() == [A]
    await house.step(6000)
    assert house.dialed() == [A, B], "the next number, two hours later"


async def test_out_of_hours_there_is_put_off_with_all_in_the_same_place(house: House) -> None:
    house.stage.clock.advance(14 * 3600.0)  # 23:00 in London
    ids = [await house.add(number) for number in (A, B, C)]
    run = await running(house)
    assert house.dialed() == []
    rows = [await house.lead_row(one) for one in ids]
    assert {row.why for row in rows} == {"closed"}
    assert {row.due_at.isoformat() for row in rows} == {"2026-03-03T08:00:00+00:00"}
    assert run.progress.put_off is not None
    assert run.progress.put_off.policy == "us-ftc"


async def test_on_a_public_holiday_there_nobody_is_called(house: House) -> None:
    """9:00 in Munich on Epiphany, which is none in Berlin; a mobile may be in either."""
    await to_law(house, "de")
    house.stage.clock.advance((datetime(2027, 1, 6, 8, 0, tzinfo=UTC) - house.now).total_seconds())
    berlin = {"zones": ["Europe/Berlin"], "consent_at": house.now, "consent_source": "form 7"}
    free = await house.add("+493012345678", custom={"region": "Berlin"}, **berlin)
    feast = await house.add("+498912345678", custom={"region": "Bayern"}, **berlin)
    maybe = await house.add("+4917012345678", **berlin)
    run = await running(house)
    assert house.dialed() == ["+493012345678"]
    house.ends(17, 486)
    await house.step(1)
    for one in (feast, maybe):
        row = await house.lead_row(one)
        assert (row.state, row.why, row.due_at.isoformat()) == ("waiting", "holiday", "2027-01-07T07:00:00+00:00")
    assert run.progress.put_off is not None
    assert (run.progress.put_off.policy, run.progress.put_off.detail) == ("de", "Heilige Drei Könige")
    checks = (await house.attempt_rows())[0].checks
    assert checks["calendars"] == ["DE-BE"]
    assert checks["consent"] == {"at": "2027-01-06T08:00:00+00:00", "source": "form 7"}
    assert (await house.lead_row(free)).attempts == 1


async def test_without_consent_nobody_is_called_where_the_law_asks_for_it(house: House) -> None:
    await to_law(house, "cn", "us-ftc")
    agreed = await house.add(B, consent_at=house.now - timedelta(days=3), consent_source="web form")
    silent = await house.add(A)
    run = await running(house, agents=2)
    assert house.dialed() == [B]
    row = await house.lead_row(silent)
    assert (row.state, row.why) == ("barred", "no_consent")
    assert run.progress.put_off is not None
    assert (run.progress.put_off.policy, run.progress.put_off.until) == ("cn", None)
    assert (await house.lead_row(agreed)).state == "dialing"


async def test_nobody_is_rung_by_two_campaigns_at_once(house: House) -> None:
    await house.add(A)
    await house.start()
    await house.another("Summer")
    again = await house.add(A)
    house.stage.ready(11, 12)
    await house.step()
    await house.step(1)
    assert house.dialed() == [A]
    row, lead = await house.lead_row(again), await house.leads.one(again)
    assert (row.state, row.why) == ("waiting", "called_now")
    assert lead is not None
    tries = await house.leads.tries(lead, house.now - timedelta(days=1))
    found = await reasons(lead, tries, Law(()), house.policy, 1, house.now)
    assert [one.why for one in found.found] == ["called_now"]
    house.ends(19)
    await house.step(1)
    await house.step(61)
    assert house.dialed() == [A, A], "when it is known what came of it"


@pytest.mark.parametrize(
    "change",
    [{"for_user_id": 11}, {"due_at": datetime(2026, 12, 24, tzinfo=UTC)}, {"consent_at": None}],
    ids=["given to somebody", "put off", "takes the consent back"],
)
async def test_who_is_taken_from_memory_is_dialed_only_as_they_were_read(
    house: House, change: dict[str, object]
) -> None:
    await person(house.database, 11, "ann")
    lead_id = await house.add(A, consent_at=house.now - timedelta(days=3), consent_source="web form")
    await running(house, agents=0)
    query = update(Lead).where(Lead.id == lead_id).values(change)
    await house.database.write(lambda connection: connection.execute(query))
    house.stage.ready(11)
    await house.step(1)
    assert (house.dialed(), (await house.lead_row(lead_id)).state) == ([], "waiting")


async def test_nobody_is_called_by_a_register_that_is_too_old(house: House) -> None:
    lead_id = await house.add(A)
    await house.registers.note("us-ftc", house.now - timedelta(days=32), "FTC", SYSTEM)
    run = await running(house)
    assert house.dialed() == []
    assert run.progress.put_off is not None
    assert (run.progress.put_off.why, run.progress.put_off.policy) == ("register_old", "us-ftc")
    row = await house.lead_row(lead_id)
    assert (row.state, row.why) == ("waiting", ""), "it is nobody's own fault"
    await house.registers.note("us-ftc", house.now - timedelta(days=1), "FTC", SYSTEM)
    await house.step(1)
    assert house.dialed() == [A]
    assert (await house.attempt_rows())[0].checks["registers"] == {
        "us-ftc": (house.now - timedelta(days=1, seconds=1)).isoformat()
    }


async def to_law(house: House, *policies: str) -> None:
    row = await house.row()
    draft = CampaignDraft(row.name, row.mode, row.queue_id, policies, row.rules)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)


async def test_what_the_house_s_policy_refuses_is_not_dialed(house: House) -> None:
    later = house.now + timedelta(hours=3)
    house.policy.answers = {A: Undialable("do_not_call"), B: Undialable("dial_cap_number", later)}
    listed, capped, free = await house.add(A), await house.add(B), await house.add(C)
    await running(house)
    assert house.dialed() == [C]
    row = await house.lead_row(listed)
    assert (row.state, row.why) == ("barred", "do_not_call")
    row = await house.lead_row(capped)
    assert (row.state, row.why, row.due_at) == ("waiting", "dial_cap_number", later)
    assert (await house.lead_row(free)).state == "dialing"


async def test_a_lead_without_a_number_that_lives_is_over(house: House) -> None:
    lead_id = await house.add()
    await running(house)
    row = await house.lead_row(lead_id)
    assert (row.state, row.why) == ("done", "no_number_left")


async def test_what_the_floor_refuses_is_taken_back(house: House) -> None:
    lead_id = await house.add(A)
    await house.campaigns.take_step(house.campaign_id, "draft", "running", SYSTEM)
    house.stage.ready(11)
    row = await house.row()
    house.stage.floor._board.queues.pop(row.queue_id)
    await house.step()
    assert house.dialed() == []
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why, lead.attempts) == ("waiting", "unknown_queue", 0)


async def test_too_late_counts_as_abandoned_also_when_they_are_connected(house: House) -> None:
    await house.add(A)
    await running(house)
    leg_id = house.answers()
    house.stage.wait(1.0)
    run = run_of(house)
    call_id = house.last().call_id
    await house.settle()
    at = house.now + timedelta(seconds=4)
    run.hear(AttemptChanged(call_id, house.campaign_id, AttemptPhase.CONNECTED, 11), at)
    assert (run.pacing.allowance.window.humans, run.pacing.allowance.window.abandoned) == (1, 1)
    assert leg_id


@pytest.mark.parametrize(("waits_s", "abandoned"), [(0.5, 0), (3.0, 1)])
async def test_who_hangs_up_early_was_not_abandoned(house: House, waits_s: float, abandoned: int) -> None:
    lead_id = await house.add(A)
    await running(house)
    order = house.last()
    house.stage.tell()
    run = run_of(house)
    run.hear(AttemptChanged(order.call_id, house.campaign_id, AttemptPhase.ANSWERED), house.now)
    at = house.now + timedelta(seconds=waits_s)
    run.hear(AttemptChanged(order.call_id, house.campaign_id, AttemptPhase.ENDED), at)
    assert run.pacing.allowance.window.abandoned == abandoned
    assert run.pacing.lines.waiting == 0
    assert lead_id


async def test_a_carrier_that_refuses_says_nothing_of_who_would_answer(house: House) -> None:
    await house.add(A)
    run = await running(house)
    house.ends(34, 503)
    await house.step(0.3)
    assert run.pacing.lines.ringing == 0
    assert run.pacing.route.fails is False
    assert [row.verdict for row in await house.attempt_rows()] == ["congestion"]


async def test_a_trunk_that_says_nothing_is_not_dialed_on(house: House) -> None:
    for number in (A, B, C):
        await house.add(number)
    run = await running(house, agents=2)
    first, second = house.stage.all(DialCustomer)
    house.stage.tell(LegRang(first.leg_id))
    house.ends(17, 486, first)
    await house.step(0.3)
    assert house.dialed() == [A, B, C]
    await house.step(8.0)
    assert run.progress.pace.reason is PaceReason.ROUTE_FAILS
    house.stage.wait(25)
    await house.settle()
    assert [row.verdict for row in await house.attempt_rows()] == ["busy", "route_fault", "route_fault"]
    assert run.pacing.lines.ringing == 0
    assert second


async def test_a_new_limit_holds_at_once_and_whom_it_lets_through_is_asked_anew(house: House) -> None:
    for number in (A, B, C):
        await house.add(number)
    run = await running(house)
    before = run.plan
    run.change(before)
    assert run.plan is before
    row = await house.row()
    rules = replace(row.rules, lines_max=1, shown_as=("4800",))
    draft = CampaignDraft(row.name, row.mode, row.queue_id, row.policies, rules)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)
    house.stage.ready(12)
    await house.step(1)
    assert house.dialed() == [A], "one line may ring"
    house.ends(17, 486)
    await house.step(1)
    assert house.last().shown_as == "4800"


async def test_attempts_of_before_a_restart_count_as_ringing(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await running(house)
    house.dialer = house.new_dialer()
    await house.step()
    assert run_of(house).pacing.lines.ringing == 1
    assert house.dialed() == [A]
    house.talks()
    await house.step(1)
    house.dialer = house.new_dialer()
    await house.step()
    assert (run_of(house).lines.connected, run_of(house).pacing.lines.ringing) == (1, 0)


async def test_what_may_have_been_dialed_when_something_broke_is_not_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id = await house.add(A)
    await running(house, agents=0)
    order = house.order

    def order_and_break(attempt: AttemptOrdered) -> None:
        order(attempt)
        raise RuntimeError("a listener broke")

    monkeypatch.setattr(house, "order", order_and_break)
    house.stage.ready(11)
    await house.dialer.look()
    await house.dialer.dial()
    assert house.dialer.setbacks.of(house.campaign_id) is not None
    house.stage.wait(1)
    await house.dialer.dial()
    assert house.dialer.setbacks.of(house.campaign_id) is None
    assert house.dialed() == [A]
    assert (await house.lead_row(lead_id)).state == "dialing"


async def test_who_is_not_connected_in_time_counts_at_once_and_once(house: House) -> None:
    await house.add(A)
    run = await running(house)
    house.answers()
    await house.settle()
    await house.step(1.9)
    assert (run.pacing.lines.waiting, run.pacing.allowance.window.abandoned) == (1, 0)
    await house.step(0.7)
    assert (run.pacing.lines.waiting, run.pacing.allowance.window.abandoned) == (0, 1), "while they hear the message"
    call_id = house.last().call_id
    run.hear(AttemptChanged(call_id, house.campaign_id, AttemptPhase.CONNECTED, 11), house.now)
    assert (run.lines.connected, run.pacing.agents.idle, run.pacing.agents.present) == (1, 0, 1)
    run.hear(AttemptChanged(call_id, house.campaign_id, AttemptPhase.ENDED), house.now)
    window = run.pacing.allowance.window
    assert (window.humans, window.abandoned, len(run.lines)) == (1, 1, 0)


@pytest.mark.parametrize("mode", ["progressive", "predictive", "preview"])
async def test_out_of_hours_also_where_no_agent_is_there_to_be_tried_for(
    database: Database, tmp_path: Path, mode: str
) -> None:
    house = House(database, tmp_path)
    await house.open(mode)
    house.stage.clock.advance(14 * 3600.0)  # 23:00 in London
    await house.add_many(100)
    await house.start()
    for _ in range(6):
        await house.step(1)
    assert (await house.row()).state == "out_of_hours"
    assert (await house.lead_row(1)).why == "closed"
    house.stage.clock.advance(9 * 3600.0)
    await house.step()
    assert (await house.row()).state == "running"
    await house.step(3)
    assert (await house.row()).state == "running", "it is the hour, and nobody is there"


async def test_while_it_is_the_hour_for_somebody_it_runs_without_agents(house: House) -> None:
    house.stage.clock.advance(14 * 3600.0)
    await house.add(A)
    await house.add(B, zones=["America/New_York"])
    await house.start()
    for _ in range(5):
        await house.step(1)
    assert (await house.row()).state == "running"
