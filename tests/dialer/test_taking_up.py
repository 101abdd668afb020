"""A dialer that begins anew: what was under way, and what was learned, goes on."""

import pytest

from crm_core.attempts import OpenAttempt
from crm_core.errors import DatabaseUnavailable
from cti.domain.commands import DialCustomer
from dialer.domain.pace_words import PaceLimits
from dialer.domain.pacing import Pacing
from tests.dialer.house import House

A, B = "+447911123456", "+447911123457"


async def test_what_is_heard_while_a_run_is_made_is_not_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of an attempt is older than what its answer, or its end, said meanwhile."""
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    first, second = house.stage.all(DialCustomer)
    house.dialer, in_flight = house.new_dialer(), house.attempts.in_flight

    async def read_slowly(campaign_id: int) -> tuple[OpenAttempt, ...]:
        found = await in_flight(campaign_id)
        house.answers(first)
        house.ends(17, 486, second)
        await house.settle()
        return found

    monkeypatch.setattr(house.attempts, "in_flight", read_slowly)
    await house.dialer.look()
    lines = house.dialer.runs[house.campaign_id].pacing.lines
    assert (lines.ringing, lines.waiting, len(house.dialer.runs[house.campaign_id].lines)) == (0, 1, 1)
    assert lines.law._new == 0, "how long it rang is not known"


async def test_what_the_diary_has_not_written_yet_is_asked_of_the_floor(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is made after the answer was told, and before it was written."""
    numbers = (A, B, "+447911123458")
    for number in numbers:
        await house.add(number)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    await house.dialer.look()
    first, second = house.stage.all(DialCustomer)
    rows = await house.attempts.in_flight(house.campaign_id)
    house.talks()
    house.answers(first)
    await house.settle()
    house.dialer = house.new_dialer()

    async def read_too_early(_: int) -> tuple[OpenAttempt, ...]:
        return rows

    monkeypatch.setattr(house.attempts, "in_flight", read_too_early)
    await house.dialer.look()
    run = house.dialer.runs[house.campaign_id]
    assert (run.lines.connected, run.pacing.lines.ringing, run.pacing.lines.waiting) == (1, 0, 1)
    house.ends(16, order=second)
    house.dialer = house.new_dialer()
    await house.dialer.look()
    run = house.dialer.runs[house.campaign_id]
    assert (run.lines.connected, run.pacing.lines.ringing, run.pacing.lines.waiting) == (0, 0, 1)


async def test_a_run_that_could_not_read_its_calls_is_made_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.dialer, in_flight = house.new_dialer(), house.attempts.in_flight

    async def fail(_: int) -> tuple[OpenAttempt, ...]:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(house.attempts, "in_flight", fail)
    with pytest.raises(DatabaseUnavailable):
        await house.dialer.look()
    monkeypatch.setattr(house.attempts, "in_flight", in_flight)
    await house.dialer.look()
    assert house.dialer.runs[house.campaign_id].pacing.lines.ringing == 1


async def test_what_was_learned_outlives_a_restart(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.stage.wait(20)
    house.ends(19)
    await house.step(1)
    before = house.dialer.runs[house.campaign_id].pacing
    house.dialer = house.new_dialer()
    await house.step()
    after = house.dialer.runs[house.campaign_id].pacing
    assert after is not before
    assert after.lines.law.learned() == before.lines.law.learned() != Pacing(PaceLimits()).lines.law.learned()
    kept = await house.attempts.paces.of(house.campaign_id)
    house.ends(19)
    await house.step(1)
    assert await house.attempts.paces.of(house.campaign_id) != kept
    kept = await house.attempts.paces.of(house.campaign_id)
    await house.step(120)
    assert await house.attempts.paces.of(house.campaign_id) == kept, "there is no news"
