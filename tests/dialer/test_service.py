"""Campaigns at work: their steps, the window of their limit, and a loop that outlives what fails."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.errors import DatabaseUnavailable
from crm_core.lead_lists import LeadLists
from cti.bus import Bus
from cti.domain.attempt_words import AttemptChanged, AttemptOrdered, AttemptPhase
from cti.domain.commands import DialCustomer
from cti.domain.facts import Change
from dialer.domain.pace_words import PaceReason
from dialer.run import TURN
from tests.dialer.house import House

A, B = "+447911123456", "+447911123457"


async def state(house: House) -> str:
    return (await house.row()).state


async def test_a_campaign_runs_out_of_leads_and_goes_on_with_new_ones(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.ends(1, 404)
    await house.step(2)
    await house.step(2)
    assert await state(house) == "running", "to be tried again"
    await house.database.write(lambda connection: connection.exec_driver_sql("update leads set state='done'"))
    await house.step(2)
    await house.step(2)
    assert await state(house) == "exhausted"
    await house.add(B)
    await house.step(2)
    assert await state(house) == "running"
    await house.step(2)
    assert house.dialed() == [A, B]


async def test_out_of_hours_until_somebody_may_be_called_again(house: House) -> None:
    house.stage.clock.advance(14 * 3600.0)
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    await house.step(2)
    await house.step(2)
    assert await state(house) == "out_of_hours"
    house.stage.clock.advance(9 * 3600.0)
    await house.step()
    assert await state(house) == "running"
    await house.step(2)
    assert house.dialed() == [A]


async def test_scheduled_campaigns_begin_and_end_by_their_times(house: House) -> None:
    row = await house.row()
    begins, ends = house.now + timedelta(hours=1), house.now + timedelta(hours=2)
    draft = CampaignDraft(row.name, row.mode, row.queue_id, row.policies, row.rules, begins, ends)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)
    await house.campaigns.take_step(row.id, "draft", "scheduled", SYSTEM)
    await house.step()
    assert await state(house) == "scheduled"
    house.stage.clock.advance(3600.0)
    await house.step()
    assert await state(house) == "running"
    house.stage.clock.advance(3600.0)
    await house.step()
    assert await state(house) == "finished"
    assert house.dialer.runs == {}


async def test_who_pauses_is_obeyed_and_what_rings_is_finished(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11)
    await house.step()
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    await house.step(1)
    house.ends(17, 486)
    await house.step(1)
    assert house.dialed() == [A]
    assert [row.verdict for row in await house.attempt_rows()] == ["busy"]


async def test_numbers_that_end_at_once_keep_nobody_from_pausing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is over as soon as it is dialed, so that there is always more to place."""
    for place in range(30):
        await house.add(f"+4479111{place:05}")
    await house.start()
    house.stage.ready(11, 12)
    order = house.order

    def order_a_dead_one(attempt: AttemptOrdered) -> None:
        order(attempt)
        run = house.dialer.runs[house.campaign_id]
        over = AttemptChanged(attempt.call_id, house.campaign_id, AttemptPhase.ENDED, cause=1, sip_status=404)
        asyncio.get_running_loop().call_later(0.0005, run.hear, over, house.now)

    monkeypatch.setattr(house, "order", order_a_dead_one)
    await house.dialer.look()
    await house.dialer.dial()
    assert len(house.dialed()) <= TURN
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    await house.dialer.look()
    await house.dialer.dial()
    assert len(house.dialed()) <= TURN
    await house.settle()


async def test_a_list_that_takes_no_part_is_left_alone(house: House) -> None:
    await house.add(A)
    await LeadLists(house.database, house.stage.clock).change(house.list_id, "North", 0, SYSTEM)
    await house.start()
    house.stage.ready(11)
    await house.step()
    assert house.dialed() == []


async def test_manual_campaigns_are_not_dialed_by_themselves(house: House) -> None:
    row = await house.row()
    await house.campaigns.change(
        row.id, row.version, CampaignDraft(row.name, "manual", row.queue_id, row.policies, row.rules), SYSTEM
    )
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    assert (house.dialed(), house.dialer.runs) == ([], {})


async def test_a_campaign_with_an_unknown_policy_does_not_stop_the_others(house: House) -> None:
    ends_at = house.now + timedelta(minutes=1)
    draft = CampaignDraft("Odd", "progressive", 1, ("nowhere", "us-ftc"), ends_at=ends_at)
    odd = await house.campaigns.create(draft, SYSTEM)
    await house.campaigns.take_step(odd.id, "draft", "running", SYSTEM)
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    assert house.dialed() == [A]
    assert not house.dialer.runs[odd.id].may_dial
    await house.step(61)
    assert (await house.campaigns.get(odd.id)).state == "finished", "its times are its own"


async def test_another_policy_brings_its_own_window_at_once(house: House) -> None:
    """What was abandoned before today counts over thirty days, and not for the day."""
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.talks()
    await house.step()
    house.ends(16)
    await house.step(1)
    day_ago = "update attempts set planned_at = datetime(planned_at, '-26 hours')"
    await house.database.write(lambda connection: connection.exec_driver_sql(day_ago))
    house.dialer = house.new_dialer()
    await house.step(1)
    run = house.dialer.runs[house.campaign_id]
    assert run.pacing.allowance.window.humans == 1
    row = await house.row()
    changed = CampaignDraft(row.name, row.mode, row.queue_id, ("us-ftc", "uk"), row.rules)
    await house.campaigns.change(row.id, row.version, changed, SYSTEM)
    await house.step(1)
    window = run.pacing.allowance.window
    assert (window.humans, window.closes_s - window.opens_s) == (0, 21 * 3600.0), "the last calls are at nine"


async def test_on_a_holiday_of_whom_it_calls_the_weekday_s_hours_end_nothing(house: House) -> None:
    house.stage.clock.advance((datetime(2027, 1, 1, 8, tzinfo=UTC) - house.now).total_seconds())
    row = await house.row()
    law = CampaignDraft(row.name, row.mode, row.queue_id, ("de",), row.rules)
    await house.campaigns.change(row.id, row.version, law, SYSTEM)
    await house.start()
    await house.step()
    run = house.dialer.runs[house.campaign_id]
    await house.add("+493012345678", zones=["Europe/Berlin"], custom={"region": "Berlin"})
    run.hopper.forget()
    await run.hopper.fill(house.campaign_id, row.rules.order, house.now)
    assert run.hopper.first() is not None
    await house.dialer._keep_window(run)
    window = run.pacing.allowance.window
    assert window.closes_s - window.opens_s == 24 * 3600.0
    house.stage.clock.advance(3 * 24 * 3600.0)
    run.hopper.forget()
    await house.dialer._keep_window(run)
    window = run.pacing.allowance.window
    assert window.closes_s - window.opens_s == 20 * 3600.0, "of another day nothing is known yet"


async def test_the_window_s_count_is_that_of_the_attempts(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.answers()
    await house.settle()
    house.stage.tell()
    run = house.dialer.runs[house.campaign_id]
    house.talks_now()
    await house.step(1)
    assert run.pacing.allowance.window.humans == 1
    house.dialer = house.new_dialer()
    await house.step(1)
    assert house.dialer.runs[house.campaign_id].pacing.allowance.window.humans == 1


async def test_the_loop_dials_and_goes_on_when_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    looks = house.dialer.look
    failures = [DatabaseUnavailable("away"), ValueError("odd")]

    async def look() -> None:
        if failures:
            raise failures.pop(0)
        await looks()

    monkeypatch.setattr(house.dialer, "look", look)
    monkeypatch.setattr("dialer.service.LOOK_S", 0.0)
    monkeypatch.setattr("dialer.service.TICK_S", 0.001)
    running = asyncio.ensure_future(house.dialer.run())
    async with asyncio.timeout(10):
        while not house.dialed():
            house.dialer.look_now()
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait([running])
    assert house.dialed() == [A]


async def test_it_follows_the_bus_until_that_closes(house: House) -> None:
    bus = Bus()
    following = asyncio.ensure_future(house.dialer.follow(bus.subscribe_lossless("dialer")))
    await asyncio.sleep(0)
    bus.close()
    await asyncio.wait_for(following, 5)


async def test_what_was_learned_stays_while_it_is_paused_and_who_talks_is_seen(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.talks()
    await house.step(1)
    run = house.dialer.runs[house.campaign_id]
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    await house.step(1)
    assert house.dialer.runs[house.campaign_id] is run
    assert (run.may_dial, run.lines.connected, run.pacing.agents.present) == (False, 1, 1)
    house.ends(16)
    await house.settle()
    house.stage.done(11, house.last().call_id)
    await house.step(1)
    assert house.dialed() == [A]
    assert run.pacing.agents.law._seen == 1, "the talk that ended meanwhile"
    await house.campaigns.take_step(house.campaign_id, "paused", "running", SYSTEM)
    await house.step(1)
    assert house.dialer.runs[house.campaign_id] is run
    assert house.dialed() == [A, B]


async def test_a_campaign_without_agents_runs_out_of_people_too(house: House) -> None:
    await house.start()
    await house.step()
    await house.step(2)
    assert await state(house) == "exhausted"


async def test_all_campaigns_together_have_no_more_lines_than_the_trunks(house: House) -> None:
    """Two agents, two campaigns, and one line; who is first has it, and says so."""
    house.dialer.lines_max = 1
    await house.add(A)
    await house.start()
    first = house.campaign_id
    other = await house.another("Autumn", rules=CampaignRules(order="oldest", priority=40))
    await house.add(B)
    house.stage.ready(11, 12)
    await house.step()
    await house.step(1)
    assert house.dialed() == [A]
    runs = house.dialer.runs
    assert (runs[first].progress.pace.reason, runs[other].progress.pace.reason) == (
        PaceReason.AS_SET,
        PaceReason.TRUNKS_FULL,
    )
    house.ends(17, 486)
    await house.step(1)
    assert house.dialed() == [A, B]


async def test_one_bad_change_makes_nobody_deaf(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer of one, and the end of another, come with a change that cannot be understood."""
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    run, bus = house.dialer.runs[house.campaign_id], Bus()
    following = asyncio.ensure_future(house.dialer.follow(bus.subscribe_lossless("dialer")))
    await asyncio.sleep(0)
    first, second = house.stage.all(DialCustomer)
    house.answers(first)
    house.ends(17, 486, second)
    broken = AttemptChanged(first.call_id, house.campaign_id, AttemptPhase.ANSWERED)

    def break_off(*_: object) -> None:
        raise KeyError("odd")

    with monkeypatch.context() as patched:
        patched.setattr(run, "hear", break_off)
        bus.publish(Change(1, house.now, (broken,), ()))
        for _ in range(3):
            await asyncio.sleep(0)
    assert "odd" in caplog.text
    assert (run.pacing.lines.ringing, run.pacing.lines.waiting) == (0, 1)
    over = AttemptChanged(first.call_id, house.campaign_id, AttemptPhase.ENDED)
    bus.publish(Change(2, house.now, (over,), ()))
    bus.close()
    await asyncio.wait_for(following, 5)
    assert run.pacing.lines.waiting == 0, "it hears on"
