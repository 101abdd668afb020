"""Files that several people look at: one after the other, and not endlessly many."""

import asyncio
import threading

import pytest

from agent_ui.errors import ApiError
from agent_ui.joints.file_looks import MOST_WAITING, FileLooks


class Reader:
    def __init__(self) -> None:
        self.busy = self.most = 0
        self.may_end = threading.Event()

    def read(self, name: str) -> str:
        self.busy += 1
        self.most = max(self.most, self.busy)
        assert self.may_end.wait(10)
        self.busy -= 1
        if name == "bad":
            raise ValueError(name)
        return name.upper()


async def begun(reader: Reader) -> None:
    async with asyncio.timeout(10):
        while not reader.busy:
            await asyncio.sleep(0.01)


async def test_one_after_the_other_also_when_one_cannot_be_read() -> None:
    looks, reader = FileLooks(), Reader()
    names = ["a", "bad", *"bcdefg"]
    all_of_them = [asyncio.ensure_future(looks.look(reader.read, name)) for name in names]
    await begun(reader)
    reader.may_end.set()
    found = await asyncio.gather(*all_of_them, return_exceptions=True)
    assert [one if isinstance(one, str) else type(one) for one in found] == ["A", ValueError, *"BCDEFG"]
    assert reader.most == 1


async def test_who_comes_when_too_many_wait_is_told_so_and_who_goes_makes_room() -> None:
    looks, reader = FileLooks(), Reader()
    first = asyncio.ensure_future(looks.look(reader.read, "first"))
    await begun(reader)
    waiting = [asyncio.ensure_future(looks.look(reader.read, str(number))) for number in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(ApiError) as caught:
        await looks.look(reader.read, "too many")
    assert (caught.value.status, caught.value.code) == (503, "files_waiting")
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    last = asyncio.ensure_future(looks.look(reader.read, "last"))
    reader.may_end.set()
    assert await asyncio.gather(first, *waiting[1:], last) == ["FIRST", *map(str, range(1, MOST_WAITING)), "LAST"]
