import asyncio
import logging

import pytest

from cti.bus import Bus, Subscription
from cti.domain.facts import Change
from cti.errors import Overflowed
from tests.fakes import START


def change(seq: int) -> Change:
    return Change(seq, START, (), ())


async def all_of(subscription: Subscription) -> list[int]:
    return [one.seq async for one in subscription]


async def test_everyone_gets_everything_in_order() -> None:
    bus = Bus()
    diary, screen = bus.subscribe_lossless("diary"), bus.subscribe_newest("screen", 10)
    for seq in (1, 2, 3):
        bus.publish(change(seq))
    bus.close()
    assert await all_of(diary) == await all_of(screen) == [1, 2, 3]


async def test_a_waiting_listener_is_woken() -> None:
    bus = Bus()
    with bus.subscribe_lossless("diary") as diary:
        waiting = asyncio.ensure_future(anext(diary))
        await asyncio.sleep(0)
        bus.publish(change(1))
        assert (await waiting).seq == 1


async def test_a_slow_screen_is_cut_and_the_diary_is_not() -> None:
    bus = Bus()
    diary, screen = bus.subscribe_lossless("diary"), bus.subscribe_newest("screen", 2)
    for seq in (1, 2, 3, 4):
        bus.publish(change(seq))
    with pytest.raises(Overflowed) as caught:
        await all_of(screen)
    assert caught.value.name == "screen"
    assert (screen.length, diary.length, bus.lengths()) == (0, 4, {"diary": 4})


async def test_what_waits_can_be_taken_at_once() -> None:
    bus = Bus()
    screen = bus.subscribe_newest("screen")
    bus.publish(change(1))
    bus.publish(change(2))
    assert [one.seq for one in screen.take_all()] == [1, 2]
    assert screen.take_all() == []


async def test_after_closing_nothing_more_comes() -> None:
    bus = Bus()
    screen = bus.subscribe_newest("screen")
    bus.publish(change(1))
    screen.close()
    screen.close()
    bus.publish(change(2))
    assert await all_of(screen) == [1]


async def test_closing_ends_a_listener_that_waits() -> None:
    bus = Bus()
    screen = bus.subscribe_newest("screen")
    waiting = asyncio.ensure_future(all_of(screen))
    await asyncio.sleep(0)
    bus.close()
    assert await waiting == []


async def test_a_listener_that_falls_behind_raises_alarms(caplog: pytest.LogCaptureFixture) -> None:
    alarms: list[tuple[str, int]] = []
    bus = Bus(alarm_length=4, on_alarm=lambda name, length: alarms.append((name, length)))
    diary = bus.subscribe_lossless("diary")
    with caplog.at_level(logging.ERROR):
        for seq in range(9):
            bus.publish(change(seq))
    assert alarms == [("diary", 4), ("diary", 8)]
    assert len(caplog.records) == 2
    diary.take_all()
    for seq in range(4):
        bus.publish(change(seq))
    assert alarms[2:] == [("diary", 4)], "after catching up it begins anew"


async def test_an_alarm_needs_nobody_to_hear_it() -> None:
    bus = Bus(alarm_length=1)
    bus.subscribe_lossless("diary")
    bus.publish(change(1))
    assert bus.lengths() == {"diary": 1}


async def test_a_listener_that_has_stopped_keeps_the_oldest_and_says_what_it_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus = Bus(most_held=3)
    diary, screen = bus.subscribe_lossless("diary"), bus.subscribe_newest("screen")
    for seq in range(8):
        bus.publish(change(seq))
    assert (diary.length, diary.dropped, screen.dropped) == (3, 5, 0)
    lost = [record.__dict__["dropped_in_all"] for record in caplog.records]
    assert lost == [1, 2, 4], "not a line of log for each"
    assert (await anext(diary)).seq == 0
    bus.publish(change(8))
    bus.close()
    assert await all_of(diary) == [1, 2, 8], "it goes on when there is room"
    assert await all_of(screen) == list(range(9))
