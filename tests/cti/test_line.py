import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from cti.domain.commands import KeepWaiting, SayGoodbye, TapeIsSilent
from cti.domain.events import CallLeft, CallQueued, CallRecognised, Event, JoinEnded
from cti.domain.values import EndReason
from cti.errors import CallerGone
from cti.line import MOST_ORDERS, Line


class FakeExchange:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def step(self, event: Event) -> None:
        self.events.append(event)

    def line_ended(self, line: Line, event: Event) -> None:
        self.events.append(event)

    def position(self, call_id: str) -> tuple[int, float | None] | None:
        return (1, 30.0) if call_id == "c1" else None


async def test_it_tells_what_happens() -> None:
    exchange = FakeExchange()
    line = Line("c1", exchange)
    await line.queue(1, 2, "en")
    await line.recognise(77, "Zhang")
    await line.join_ended("leg", succeeded=True)
    assert line.position() == (1, 30.0)
    await line.close(EndReason.FLOW_ENDED)
    await line.close()
    assert exchange.events == [
        CallQueued("c1", 1, 2, "en"),
        CallRecognised("c1", 77, "Zhang"),
        JoinEnded("c1", "leg", succeeded=True),
        CallLeft("c1", EndReason.FLOW_ENDED),
    ]


async def test_orders_come_in_order_or_not_in_time() -> None:
    line = Line("c1", FakeExchange())
    assert await line.next_order(0.001) is None
    line.give(KeepWaiting("c1"))
    line.give(SayGoodbye("c1"))
    assert await line.next_order(1) == KeepWaiting("c1")
    assert await line.next_order() == SayGoodbye("c1")
    await line.close()


async def test_a_coroutine_that_is_stuck_has_the_last_orders(caplog: pytest.LogCaptureFixture) -> None:
    line = Line("c1", FakeExchange())
    line.give(SayGoodbye("c1"))
    for _ in range(MOST_ORDERS - 1):
        line.give(KeepWaiting("c1"))
    assert caplog.messages == []
    line.give(TapeIsSilent("c1", True))
    assert [record.__dict__["order"] for record in caplog.records] == ["SayGoodbye"]
    given = [await line.next_order(0) for _ in range(MOST_ORDERS)]
    assert given == [KeepWaiting("c1")] * (MOST_ORDERS - 1) + [TapeIsSilent("c1", True)]
    await line.close()


async def test_a_cut_line_wakes_its_coroutine() -> None:
    line = Line("c1", FakeExchange())
    waiting = asyncio.ensure_future(line.next_order())
    await asyncio.sleep(0)
    line.cut(21)
    with pytest.raises(CallerGone) as caught:
        await waiting
    assert caught.value.cause == 21
    with pytest.raises(CallerGone):
        await line.queue(1)
    line.give(SayGoodbye("c1"))
    with pytest.raises(CallerGone):
        await line.next_order()


async def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    await asyncio.wait([asyncio.ensure_future(coroutine)])
    await asyncio.sleep(0)


async def test_a_coroutine_that_vanishes_ends_its_call() -> None:
    exchange = FakeExchange()

    async def vanish() -> None:
        Line("c1", exchange)
        raise ValueError

    async def forget() -> None:
        Line("c2", exchange)

    async def lose_the_caller() -> None:
        Line("c3", exchange)
        raise CallerGone

    async def behave() -> None:
        await Line("c4", exchange).close(EndReason.VOICEMAIL)

    for coroutine in (vanish(), forget(), lose_the_caller(), behave()):
        await _run(coroutine)
    assert exchange.events == [
        CallLeft("c1", EndReason.FAILED),
        CallLeft("c2", EndReason.FAILED),
        CallLeft("c3", None),
        CallLeft("c4", EndReason.VOICEMAIL),
    ]


async def test_a_cancelled_coroutine_ends_its_call() -> None:
    exchange = FakeExchange()

    async def wait() -> None:
        await Line("c1", exchange).next_order()

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert exchange.events == [CallLeft("c1", EndReason.FAILED)]


def test_a_line_needs_no_task() -> None:
    loop = asyncio.new_event_loop()
    exchange = FakeExchange()
    lines: list[Line] = []

    def outside_of_tasks() -> None:
        lines.append(Line("c1", exchange))
        lines[0].cut()

    loop.call_soon(outside_of_tasks)
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.run_until_complete(lines[0].close())
    loop.close()
    assert exchange.events == []


async def test_a_coroutine_that_was_cut_off_says_so() -> None:
    exchange = FakeExchange()

    async def coroutine() -> None:
        Line("c1", exchange)
        raise CallerGone(16, cut_off=True)

    with pytest.raises(CallerGone):
        await asyncio.ensure_future(coroutine())
    await asyncio.sleep(0)
    assert exchange.events == [CallLeft("c1", None, 16, cut_off=True)]
