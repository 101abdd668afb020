"""What may wait is told together, by itself, and never after what is newer."""

import asyncio
from dataclasses import replace

import pytest

from agent_ui.push import crowd as crowd_module
from agent_ui.push import hub as hub_module
from cti.domain.facts import Change
from tests.agent_ui.push.stage import LI, NOW, WANG, Stage, call, tell_waiting


async def test_what_may_wait_is_told_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd_module, "GATHER_S", 0.0)
    monkeypatch.setattr(crowd_module, "AT_ONCE", 2)
    others = [stage.page(replace(WANG, user_id=20 + n, agent_id=20 + n)) for n in range(5)]
    for page in others:
        page.take()
        page.hub = None
    for state in ("ringing", "talking"):
        await stage.set(agent_7={"agent_id": 7, "state": state})
        async with asyncio.timeout(10):
            while not all(page.copy.waits for page in others):
                await asyncio.sleep(0)
        assert [page.objects() for page in others] == [{"agent:7": {"agent_id": 7, "state": state}}] * 5


async def test_what_may_wait_never_comes_after_what_is_newer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    li, wang = stage.page(LI), stage.page(WANG)
    for page in (li, wang):
        page.take()
    await stage.set(agent_8={"agent_id": 8, "state": "ready"})
    await stage.set(agent_8=None)
    assert (li.objects(), wang.objects()) == ({}, {"agent:8": None}), "he had been told at once"
    await stage.set(agent_7={"agent_id": 7, "state": "ready"})
    monkeypatch.setattr(crowd_module, "AT_ONCE", 1)
    late = stage.page(replace(WANG, user_id=9, agent_id=9))
    late.take()
    await stage.set(agent_7={"agent_id": 7, "state": "ringing"})
    (crowd,) = [one for one in stage.hub._crowds.values() if late in one.members]
    crowd._gather()
    crowd._tell_some()
    await stage.set(agent_7={"agent_id": 7, "state": "talking"})
    while crowd._left:
        crowd._tell_some()
    assert not late.copy.waits
    assert (wang.objects()["agent:7"]["state"], late.objects()["agent:7"]["state"]) == ("talking", "talking")


async def test_who_left_or_reads_too_slowly_is_not_told_what_waited(stage: Stage) -> None:
    slow, gone = stage.page(WANG, limit=1), stage.page(replace(WANG, user_id=9, agent_id=9))
    for page in (slow, gone):
        page.take()
    for number in (20, 21):
        await stage.set(**{f"agent_{number}": {"agent_id": number}})
    stage.hub.leave(gone)
    stage.hub.leave(gone)
    tell_waiting(stage.hub)
    assert (slow.was_cut, gone.copy.waits) == (True, False)


async def test_nothing_of_before_a_new_beginning_is_told_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "BUS_CAPACITY", 2)
    stage = Stage()
    running = asyncio.ensure_future(stage.hub.run())
    await asyncio.sleep(0)
    wang = stage.page(WANG)
    await stage.set(agent_7={"agent_id": 7, "state": "ready"}, call_a=call("talking", 8))
    wang.copy.next_message(NOW)
    stage.floor.views["agent:7"] = {"agent_id": 7, "state": "talking"}
    del stage.floor.views["call:a"]
    wang.woken.clear()
    for seq in range(5):
        stage.bus.publish(Change(seq, NOW, (), ("agent:7", "call:a")))
    async with asyncio.timeout(10):
        while not wang.woken:
            await asyncio.sleep(0)
    assert wang.objects()["agent:7"]["state"] == "talking", "no change would put it right"
    assert "call:a" not in stage.hub._holders, "it is over, and no change says so"
    await stage.hub.aclose()
    stage.bus.close()
    await running
