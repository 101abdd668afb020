"""The gate: few at once, few waiting, and no place is lost."""

import asyncio

import pytest

from agent_ui.auth.gate import Crowded, Gate


class Visit:
    """Somebody who stays inside until told."""

    def __init__(self, gate: Gate, address: str, *, known: bool = False) -> None:
        self.inside = asyncio.Event()
        self.may_go = asyncio.Event()
        self.task = asyncio.ensure_future(self._run(gate, address, known))

    async def _run(self, gate: Gate, address: str, known: bool) -> None:
        async with gate.turn(address, known=known):
            self.inside.set()
            await self.may_go.wait()

    async def go(self) -> None:
        self.may_go.set()
        await self.task


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_few_at_once_and_the_known_first() -> None:
    gate = Gate(1, 5)
    first, stranger, known = Visit(gate, "a"), Visit(gate, "b"), Visit(gate, "c", known=True)
    await settle()
    assert (first.inside.is_set(), gate.waiting) == (True, 2)
    await first.go()
    await settle()
    assert (stranger.inside.is_set(), known.inside.is_set()) == (False, True)
    await known.go()
    await stranger.go()
    assert gate.waiting == 0


async def test_a_crowd_is_sent_away_at_once() -> None:
    gate = Gate(1, 2)
    first, *flood = [Visit(gate, "a") for _ in range(4)]
    await settle()
    li = Visit(gate, "b")
    await settle()
    sent = [visit for visit in flood if visit.task.done()]
    assert len(sent) == 2
    for visit in sent:
        with pytest.raises(Crowded):
            await visit.task
    stay = [first, li, *(one for one in flood if one not in sent)]
    for visit in stay:
        visit.may_go.set()
    await asyncio.gather(*(visit.task for visit in stay))


@pytest.mark.parametrize("when", ["waiting", "called", "inside"])
async def test_who_goes_leaves_the_place_to_others(when: str) -> None:
    gate = Gate(1, 1)
    first, second = Visit(gate, "a"), Visit(gate, "b")
    await settle()
    if when == "called":
        first.may_go.set()
        while gate.waiting:
            await asyncio.sleep(0)
        # called, but it had no turn of the loop yet
        assert not second.inside.is_set()
    elif when == "inside":
        await first.go()
        await settle()
    second.task.cancel()
    await settle()
    first.may_go.set()
    third = Visit(gate, "c")
    await third.go()
    assert gate.waiting == 0
    assert second.task.cancelled()
