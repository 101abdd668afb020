"""What comes of attempts: once, also after a restart and while the database is away."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.attempts import OpenAttempt
from crm_core.audit import SYSTEM
from crm_core.calls import CallFilter, Calls
from crm_core.campaigns import CampaignDraft
from crm_core.diary.fallback import FallbackCalls, FallbackVisit
from crm_core.due_leads import DueNumber, DueTry
from crm_core.errors import DatabaseUnavailable
from cti.domain.attempt_words import AttemptChanged, AttemptPhase
from cti.domain.values import EndReason
from dialer.domain.outcome import AttemptEnd, Outcome
from dialer.domain.retry import Plan, RetryRule, Which
from dialer.domain.verdict import Finding, Verdict
from dialer.settling import Settling, settled_by
from tests.dialer.house import House
from tests.fakes import START

A, B = "+447911123456", "+447911123457"
NUMBERS = (DueNumber(1, A, A, None), DueNumber(2, B, B, None))
DEAD = RetryRule(frozenset({Verdict.UNALLOCATED}), (timedelta(days=1),), 4, Which.NEXT, 2)
PLAN = Plan((DEAD, RetryRule(frozenset({Verdict.BUSY}), (timedelta(minutes=5),), 3, Which.SAME)))
ATTEMPT = OpenAttempt("a1", 7, 3, 1, A, "ended", START, None, None, None, START, None, 404, 1, "no_such_number")


def came(verdict: Verdict) -> Outcome:
    return Outcome(AttemptEnd.FAILED, Finding(verdict, 0.8, "sip 404"))


def before(number: str, verdict: str | None, attempt_id: str = "a0") -> DueTry:
    return DueTry(attempt_id, 3, number, START - timedelta(days=2), verdict, False, False, ())


def test_a_busy_number_is_tried_again_by_its_rule() -> None:
    settled = settled_by(PLAN, ATTEMPT, came(Verdict.BUSY), NUMBERS, ())
    assert (settled.lead_state, settled.why, settled.next_number_id) == ("waiting", "busy", 1)
    assert settled.due_at == START + timedelta(minutes=5)
    assert settled.evidence[0]["sign"] == "sip 404"


def test_one_sign_alone_kills_no_number() -> None:
    settled = settled_by(PLAN, ATTEMPT, came(Verdict.UNALLOCATED), NUMBERS, (before(A, None, "a1"),))
    assert (settled.dead_number_ids, settled.next_number_id) == ({}, 2)


def test_two_kill_it_and_with_the_last_number_the_lead_is_over() -> None:
    tries = (before(A, "unallocated"),)
    settled = settled_by(PLAN, ATTEMPT, came(Verdict.UNALLOCATED), NUMBERS, tries)
    assert (settled.dead_number_ids, settled.lead_state, settled.next_number_id) == ({1: "unallocated"}, "waiting", 2)
    alone = settled_by(PLAN, ATTEMPT, came(Verdict.UNALLOCATED), NUMBERS[:1], tries)
    assert (alone.lead_state, alone.why) == ("done", "no_number_left")
    dead = (replace(NUMBERS[0], dead="unallocated"),)
    gone = settled_by(PLAN, ATTEMPT, came(Verdict.BUSY), dead, ())
    assert (gone.lead_state, gone.why) == ("done", "no_number_left")


def test_an_outcome_that_asks_for_nothing_more_ends_the_lead_by_its_name() -> None:
    settled = settled_by(PLAN, ATTEMPT, came(Verdict.HUMAN), NUMBERS, ())
    assert (settled.lead_state, settled.why, settled.due_at) == ("done", "human", None)


def test_what_was_heard_is_told_beside_the_signal_and_may_count_instead() -> None:
    heard = Finding(Verdict.BUSY, 0.9, "heard: fingerprint busy-cn 0.71")
    settled = settled_by(PLAN, ATTEMPT, came(Verdict.UNALLOCATED), NUMBERS, (), heard)
    assert (settled.verdict, settled.why) == ("busy", "busy")
    assert [one["kind"] for one in settled.evidence] == ["signalling", "listening"]


def test_what_was_withdrawn_is_none_of_the_tries_that_a_rule_counts() -> None:
    tries = [before(A, "withdrawn", f"a-{place}") for place in range(9)]
    settled = settled_by(PLAN, ATTEMPT, came(Verdict.BUSY), NUMBERS, tries)
    assert (settled.lead_state, settled.due_at) == ("waiting", START + timedelta(minutes=5))


ANSWERED = replace(ATTEMPT, answered_at=START, connected_at=START, sip_code=None, q850_cause=16)
TALKED = Outcome(AttemptEnd.REACHED, Finding(Verdict.HUMAN, 0.9, "connected after 0.20 s"))


def test_a_mailbox_that_an_agent_was_connected_with_is_tried_again() -> None:
    heard = Finding(Verdict.VOICEMAIL, 0.95, "heard: fingerprint mailbox 0.71")
    plan = Plan((RetryRule(frozenset({Verdict.VOICEMAIL}), (timedelta(hours=4),), 4),))
    settled = settled_by(plan, ANSWERED, TALKED, NUMBERS, (), heard)
    assert (settled.state, settled.verdict, settled.lead_state) == ("reached", "voicemail", "waiting")
    assert [one["verdict"] for one in settled.evidence] == ["human", "voicemail"]


def test_what_is_only_likely_a_machine_stays_a_talk_with_that_beside_it() -> None:
    settled = settled_by(PLAN, ANSWERED, TALKED, NUMBERS, (), Finding(Verdict.MACHINE, 0.85, "trees"))
    assert (settled.verdict, [one["kind"] for one in settled.evidence]) == ("human", ["signalling", "listening"])


@pytest.mark.parametrize("reason", [EndReason.MACHINE, EndReason.MESSAGE_LEFT])
async def test_over_a_restart_a_call_that_was_ended_as_a_machine_s_stays_one(house: House, reason: EndReason) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.answers()
    house.stage.leave(house.last().call_id, reason)
    await house.settle()
    (row,) = await house.attempt_rows()
    assert (row.verdict, row.abandoned, row.evidence[-1]["sign"]) == ("machine", False, "it was ended as a machine's")


async def test_what_a_run_before_left_behind_is_settled_and_then_what_comes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    first, second = house.stage.all(type(house.last()))
    written = house.settling
    monkeypatch.setattr(house, "settling", Never())
    house.ends(17, 486, first)
    await house.settle()
    assert [row.state for row in await house.attempt_rows()] == ["ended", "sent"]
    monkeypatch.setattr("dialer.settling._AGAIN_S", 0.001)
    monkeypatch.setattr(house.attempts, "unsettled", away_once(house.attempts.unsettled))
    running = asyncio.ensure_future(written.run())
    await until(house, ["failed", "sent"])
    house.ends(19, 0, second)
    await house.settle_by(written)
    await until(house, ["failed", "failed"])
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize("is_given_up_first", [True, False])
async def test_a_talk_that_the_fallback_had_ends_the_lead_whichever_is_known_first(
    house: House, is_given_up_first: bool
) -> None:
    """They answered while Callroom was killed, and an agent talked with them; the record of it is read later."""
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    call_id, heard = house.last().call_id, list[str]()
    visits = FallbackCalls(house.database)
    visits.on_attempt(heard.append)
    at = house.now
    visit = FallbackVisit(
        "emergency:1", call_id, "n1", A, "4001", at, at + timedelta(seconds=60), "answered", talk_started_at=at
    )

    lost = AttemptChanged(call_id, house.campaign_id, AttemptPhase.ENDED, reason=EndReason.LOST_WHILE_AWAY)
    if is_given_up_first:
        await house.write(lost)
        assert (await house.lead_row(lead_id)).why == "lost"
        await visits.take(visit)
    else:
        await visits.take(visit)
        await house.write(lost)
    await house.settle()
    (row,) = await house.attempt_rows()
    assert (heard, row.state, row.verdict, row.connected_at, row.abandoned) == (
        [call_id],
        "reached",
        "human",
        at,
        False,
    )
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why) == ("done", "human")
    await visits.take(replace(visit, key="emergency:2"))
    assert heard == [call_id], "it is known"


@pytest.mark.parametrize("is_given_up_first", [True, False])
@pytest.mark.parametrize(("stayed_s", "verdict"), [(40, "abandoned"), (1, "rejected")])
async def test_who_answered_and_only_the_fallback_knows_it_was_called_by_us(
    house: House, stayed_s: int, verdict: str, is_given_up_first: bool
) -> None:
    """Nothing of it but that it was to be dialed was written when Callroom was killed, and no agent came to them."""
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.dialer.look()
    await house.dialer.dial()
    call_id, visits = house.last().call_id, FallbackCalls(house.database)
    lost = AttemptChanged(call_id, house.campaign_id, AttemptPhase.ENDED, reason=EndReason.LOST_WHILE_AWAY)
    if is_given_up_first:
        # a floor that begins anew says of it that it began, and that it is over
        await house.settle()
        await house.write(lost)
    at = house.now
    ended_at = at + timedelta(seconds=stayed_s)
    visit = FallbackVisit("emergency:1", call_id, "n1", "07911123456", "s", at, ended_at, "gave_up")
    await visits.take(visit)
    if not is_given_up_first:
        await house.write(lost)
    await house.settle()
    (row,) = await house.attempt_rows()
    assert (row.verdict, row.answered_at, row.ended_at, row.abandoned) == (verdict, at, ended_at, stayed_s > 2)
    (call,) = (await Calls(house.database, house.stage.clock).page(CallFilter())).items
    assert (call.direction, call.number, call.dialed) == ("outbound", A, "4001")
    await visits.take(replace(visit, key="emergency:2", reached_fallback=False, ended_at=ended_at + timedelta(hours=1)))
    await house.settle()
    assert (await house.attempt_rows())[0].ended_at == ended_at, "it is known"


async def test_who_left_while_callroom_was_asked_for_answered_the_attempt(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    call_id, at = house.last().call_id, house.now
    gone = FallbackVisit(
        "emergency:1", call_id, "n1", A, "s", at, at + timedelta(seconds=9), "gone", reached_fallback=False
    )
    await FallbackCalls(house.database).take(gone)
    await house.settle()
    (row,) = await house.attempt_rows()
    assert (row.verdict, row.answered_at, row.abandoned) == ("abandoned", at, True)


async def test_what_became_known_later_is_settled_again(house: House) -> None:
    running = asyncio.ensure_future(house.settling.run())
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    await house.database.write(lambda connection: connection.exec_driver_sql("update attempts set state='ended'"))
    house.settling.again(house.last().call_id)
    await until(house, ["failed"])
    running.cancel()
    await asyncio.wait([running])


async def test_of_a_campaign_that_is_gone_nothing_is_said(house: House) -> None:
    async def gone(_campaign_id: int) -> None:
        return None

    await Settling(house.attempts, house.leads, gone).settle(ATTEMPT)
    assert await house.attempt_rows() == []


class Never:
    async def settle(self, attempt: OpenAttempt) -> None:
        """Not now."""


def away_once(asks):  # type: ignore[no-untyped-def]
    failures = [DatabaseUnavailable("away")]

    async def ask(attempt_ids=None):  # type: ignore[no-untyped-def]
        if failures:
            raise failures.pop()
        return await asks(attempt_ids)

    return ask


async def until(house: House, states: list[str]) -> None:
    async with asyncio.timeout(10):
        while [row.state for row in await house.attempt_rows()] != states:
            await asyncio.sleep(0.005)


async def test_what_was_dialed_is_settled_also_when_a_policy_is_gone(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    row = await house.row()
    changed = CampaignDraft(row.name, row.mode, row.queue_id, ("nowhere",), row.rules)
    await house.campaigns.change(row.id, row.version, changed, SYSTEM)
    house.ends(17, 486)
    await house.step(1)
    assert [one.verdict for one in await house.attempt_rows()] == ["busy"]
