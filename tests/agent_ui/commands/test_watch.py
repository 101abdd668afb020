"""What ended by itself is brought back; what was stopped is not."""

import asyncio
import contextlib

from agent_ui.commands import watch
from agent_ui.commands.watch import keep_running
from cti.errors import AsteriskFailed


class FakeInstance:
    def __init__(self, fails: int = 0) -> None:
        self.crashed = False
        self.starts = 0
        self.fails = fails

    def has_crashed(self) -> bool:
        return self.crashed

    async def start(self) -> int:
        self.starts += 1
        if self.starts <= self.fails:
            raise AsteriskFailed("no port")
        self.crashed = False
        return 100 + self.starts


async def watched(monkeypatch, instance, until) -> list[tuple[str, int]]:
    for name in ("LOOK_EVERY_S", "TRY_AGAIN_S"):
        monkeypatch.setattr(watch, name, 0)
    told: list[tuple[str, int]] = []
    task = asyncio.ensure_future(keep_running({"Asterisk": instance}, lambda name, pid: told.append((name, pid))))
    async with asyncio.timeout(5):
        while not until(told):
            await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return told


async def test_it_is_brought_back(monkeypatch, capsys):
    instance = FakeInstance()
    instance.crashed = True
    assert await watched(monkeypatch, instance, bool) == [("Asterisk", 101)]
    assert "starting it again" in capsys.readouterr().out


async def test_a_start_that_fails_is_said_and_tried_again(monkeypatch, capsys):
    instance = FakeInstance(fails=2)
    instance.crashed = True
    assert await watched(monkeypatch, instance, bool) == [("Asterisk", 103)]
    assert capsys.readouterr().out.count("does not start: no port") == 2


async def test_one_look_is_not_enough(monkeypatch):
    instance = FakeInstance()
    looks = iter([True, False, True, False, *[False] * 1000])
    seen = []

    def has_crashed() -> bool:
        seen.append(next(looks))
        return seen[-1]

    instance.has_crashed = has_crashed  # type: ignore[method-assign]
    assert await watched(monkeypatch, instance, lambda _: len(seen) > 6) == []
    assert instance.starts == 0
