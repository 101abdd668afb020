"""A campaign whose run fails is left alone for a while, and no other one notices."""

import asyncio

import pytest

from crm_core.audit import SYSTEM
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.errors import StorageError
from cti.bus import Bus
from cti.domain.attempt_words import AttemptChanged, AttemptPhase
from cti.domain.facts import Change
from tests.dialer.house import House

A, B = "+447911123456", "+447911123457"


async def test_a_campaign_whose_run_fails_keeps_no_other_from_dialing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again after one second, then after two; what was wrong is known until it works."""
    await house.add(A)
    await house.start()
    house.stage.ready(11, 12)
    await house.dialer.look()
    odd = house.dialer.runs[first := house.campaign_id]
    await house.another("Autumn", rules=CampaignRules(order="oldest", priority=40))
    await house.add(B)
    tried: list[float] = []

    async def dial(spare: int | None = None) -> bool:
        tried.append((house.now - begun_at).total_seconds())
        raise KeyError("odd")

    begun_at = house.now
    with monkeypatch.context() as patched:
        patched.setattr(odd, "dial", dial)
        for _ in range(8):
            await house.step(0.5)
        assert house.dialed() == [B]
        assert tried == [0.5, 1.5, 3.5]
        setback = house.dialer.setbacks.of(first)
        assert setback is not None
        assert (setback.cause, setback.failures) == ("KeyError: 'odd'", 3)
        (record, *_) = [one for one in caplog.records if one.message.startswith("A campaign's run failed")]
        assert (record.__dict__["campaign_id"], record.__dict__["duty"]) == (first, "dial")
    await house.step(4)
    await house.step(1)
    assert house.dialer.setbacks.of(first) is None
    assert house.dialed() == [B, A]


async def test_a_campaign_that_cannot_be_looked_at_is_not_dialed_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have paused it; the others are looked at."""
    await house.add(A)
    await house.start()
    house.stage.ready(11, 12)
    in_flight, broken = house.attempts.in_flight, house.campaign_id

    async def read(campaign_id: int) -> object:
        if campaign_id == broken:
            raise KeyError("odd")
        return await in_flight(campaign_id)

    await house.another("Autumn", rules=CampaignRules(order="oldest", priority=40))
    await house.add(B)
    with monkeypatch.context() as patched:
        patched.setattr(house.attempts, "in_flight", read)
        await house.step()
        await house.step(1)
        assert (house.dialed(), broken in house.dialer.runs) == ([B], False), "none that is half known"
    await house.campaigns.take_step(broken, "running", "finished", SYSTEM)
    await house.step(5)
    assert house.dialer.setbacks.of(broken) is None


async def test_nobody_is_dialed_before_the_window_is_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody had been abandoned that day, for the second until the next look."""
    await house.add(A)
    await house.start()

    async def break_off(*_: object) -> None:
        raise StorageError("away")

    with monkeypatch.context() as patched:
        patched.setattr(house.attempts, "answers", break_off)
        with pytest.raises(StorageError):
            await house.dialer.look()
    house.stage.ready(11, 12)
    await house.settle()
    await house.dialer.dial()
    assert house.dialed() == []
    await house.step(1)
    assert house.dialed() == [A]


async def test_lines_that_cannot_be_compared_make_nobody_deaf(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    run, bus = house.dialer.runs[house.campaign_id], Bus()

    def break_off(*_: object) -> None:
        raise KeyError("odd")

    for name in ("hear", "compare_with_floor"):
        monkeypatch.setattr(run, name, break_off)
    following = asyncio.ensure_future(house.dialer.follow(bus.subscribe_lossless("dialer")))
    await asyncio.sleep(0)
    bus.publish(Change(1, house.now, (AttemptChanged("a", house.campaign_id, AttemptPhase.RINGING),), ()))
    bus.close()
    await asyncio.wait_for(following, 5)
    assert "A campaign's lines cannot be compared" in caplog.text
