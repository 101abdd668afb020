"""How changes spread, without sockets: pops with the ring, presence, claim, sessions."""

import asyncio
from dataclasses import replace

import pytest

from agent_ui.push import hub as hub_module
from agent_ui.push.visibility import Viewer
from cti.domain.facts import Change
from tests.agent_ui.push.stage import BOSS, LI, NOW, WANG, Stage, call, tell_waiting


async def test_what_is_one_persons_own_is_on_all_their_pages_and_on_no_other(stage: Stage) -> None:
    came: list[int] = []
    stage.hub.on_arrival(came.append)
    li, wang, boss = stage.page(LI), stage.page(WANG), stage.page(BOSS)
    masked = {"today": 1, "reminders": ({"number": "138 0013 8000"},)}
    stage.hub.show(7, "tasks", masked)
    assert stage.hub.people() == {7: LI, 8: WANG, 2: BOSS}
    again = stage.page(LI)
    for page in (li, again):
        assert page.objects()["tasks:7"] == {"today": 1, "reminders": [{"number": "138****8000"}]}
    assert not {key for page in (wang, boss) for key in page.objects() if key.startswith("tasks:")}
    stage.hub.show(2, "tasks", masked)
    assert boss.objects()["tasks:2"]["today"] == 1
    stage.hub.show(7, "tasks", None)
    assert (li.objects(), again.objects()) == ({"tasks:7": None}, {"tasks:7": None})
    assert came == [7, 8, 2], "with the first page"
    stage.hub.show(7, "tasks", masked)
    for page in (li, again):
        stage.hub.leave(page)
    stage.hub.show(7, "tasks", masked)
    assert "tasks:7" not in stage.page(LI).objects(), "made anew for who comes back"
    assert came == [7, 8, 2, 7]


async def test_each_page_gets_its_own_part(stage: Stage) -> None:
    li, wang, boss = stage.page(LI), stage.page(WANG), stage.page(BOSS)
    for page in (li, wang, boss):
        (snapshot,) = page.take()
        assert snapshot["objects"] == {"system": {"stale_since": None, "recording": {"ok": True, "reason": None}}}
    await stage.set(call_a=call(), agent_7={"agent_id": 7, "call_id": None}, queue_1={"waiting": ["a"]})
    assert set(li.objects()) == {"agent:7", "queue:1"}
    assert wang.objects() == {"agent:7": {"agent_id": 7}}
    assert set(boss.objects()) == {"agent:7", "queue:1", "call:a"}


async def test_who_was_asked_into_a_call_sees_it_as_long_as_they_take_part(stage: Stage) -> None:
    wang = stage.page(WANG)
    asked = {**call("talking", agent_id=7), "parties": [{"agent_id": 8, "state": "ringing"}]}
    await stage.set(call_a=asked)
    assert "call:a" in wang.objects()
    await stage.set(call_a={**asked, "state": "held"})
    assert wang.objects()["call:a"]["state"] == "held", "the next change does not take it away"
    await stage.set(call_a={**asked, "parties": []})
    assert "call:a" not in {key for key, view in wang.objects().items() if view is not None}


async def test_only_what_concerns_a_page_wakes_it_and_colleagues_do_so_later(stage: Stage) -> None:
    li, wang, boss = stage.page(LI), stage.page(WANG), stage.page(BOSS)
    for page in (li, wang, boss):
        page.woken.clear()
    await stage.set(agent_7={"agent_id": 7, "call_id": None})
    assert (li.woken, wang.woken, boss.woken) == (["now"], [], ["now"])
    await stage.set(queue_1={"waiting": ["a"]})
    assert (li.woken, wang.woken, boss.woken) == (["now"], [], ["now", "now"])
    await stage.set(call_z=call())
    assert (li.woken, wang.woken) == (["now"], [])
    tell_waiting(stage.hub)
    assert (li.woken, wang.woken) == (["now", "now"], ["now"])
    await stage.set(queue_1=None)
    assert (li.woken[2:], wang.woken[1:]) == (["now"], [])


async def test_a_call_is_taken_from_those_who_had_it_and_from_nobody_else(stage: Stage) -> None:
    li, wang = stage.page(LI), stage.page(WANG)
    await stage.set(call_a=call("ringing", 7))
    assert "call:a" in li.objects()
    wang.take()
    wang.woken.clear()
    await stage.set(call_a=call("ringing", 8))
    assert (li.objects()["call:a"], wang.objects()["call:a"]["agent_id"]) == (None, 8)
    again = stage.page(replace(LI, agent_id=8))
    assert "call:a" in again.objects()
    await stage.set(call_a=None)
    assert (wang.objects()["call:a"], again.objects()["call:a"]) == (None, None)
    assert stage.hub._holders == {}


async def test_the_pop_comes_with_the_ring(stage: Stage) -> None:
    li, wang, boss = stage.page(LI), stage.page(WANG), stage.page(BOSS)
    await stage.set(call_a=call())
    await stage.set(call_a=call("ringing", 7), agent_7={"agent_id": 7, "call_id": "a"})
    assert set(li.objects()) >= {"call:a", "pop:a", "agent:7"}
    assert "pop:a" not in boss.objects()
    assert not {"pop:a", "call:a"} & set(wang.objects())
    await stage.set(call_a=call("waiting", None))
    assert li.objects() == {"call:a": None, "pop:a": None}
    await stage.set(call_a=call("ringing", 8))
    assert set(wang.objects()) == {"call:a", "pop:a"}
    assert stage.lookups == 1


async def test_a_ring_waits_for_a_slow_pop_but_not_for_long(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "HOLD_S", 3600)
    li = stage.page(LI)
    li.take()
    answer = stage.answers["+861"] = asyncio.get_running_loop().create_future()
    await stage.set(call_a=call("ringing", 7), agent_7={"agent_id": 7, "state": "ringing", "call_id": "a"})
    assert li.take() == []
    answer.set_result({"number_e164": "+861", "withheld": False, "matches": []})
    await stage.set()
    assert set(li.objects()) == {"call:a", "agent:7", "pop:a"}
    monkeypatch.setattr(hub_module, "HOLD_S", 0.01)
    slow = stage.answers["+862"] = asyncio.get_running_loop().create_future()
    await stage.set(call_b=call("ringing", 7, "+862"))
    async with asyncio.timeout(10):
        while not (seen := li.objects()):
            await asyncio.sleep(0.01)
    assert set(seen) == {"call:b"}
    slow.set_result({"matches": []})
    await stage.set()
    assert set(li.objects()) == {"pop:b"}


async def test_a_lookup_that_fails_says_so(stage: Stage) -> None:
    li = stage.page(LI)
    stage.answers[None] = asyncio.get_running_loop().create_future()
    stage.answers[None].set_exception(OSError())
    await stage.set(call_a=call("ringing", 7, None))
    pop = li.objects()["pop:a"]
    assert (pop["unavailable"], pop["withheld"]) == (True, True)


async def test_a_linked_customer_renews_the_pop(stage: Stage) -> None:
    stage.page(LI)
    await stage.set(call_a=call("talking", 7))
    for _ in range(2):
        await stage.set(call_a=call("talking", 7, customer_id=5))
    assert stage.lookups == 2
    stage.hub.pops.refresh("a")
    await stage.set()
    assert stage.lookups == 3
    await stage.set(call_a=None)
    assert len(stage.hub.pops) == 0
    stage.hub.pops.refresh("a")
    assert stage.lookups == 3


async def test_who_is_recognised_by_the_number_is_not_looked_up_twice(stage: Stage) -> None:
    li = stage.page(LI)
    answer = stage.answers["+861"] = asyncio.get_running_loop().create_future()
    await stage.set(call_a=call("ringing", 7))
    await stage.set(call_a=call("ringing", 7, customer_id=5))
    answer.set_result({"number_e164": "+861", "withheld": False, "matches": [{"customer_id": 5}]})
    await stage.set()
    assert li.objects()["pop:a"]["matches"] == [{"customer_id": 5}]
    await stage.set(call_b=call("ringing", 7))
    await stage.set(call_b=call("ringing", 7, customer_id=5))
    assert stage.lookups == 2


async def test_who_is_linked_while_others_are_looked_up_is_shown(stage: Stage) -> None:
    li = stage.page(LI)
    answer = stage.answers["+861"] = asyncio.get_running_loop().create_future()
    await stage.set(call_a=call("ringing", 7))
    await stage.set(call_a=call("ringing", 7, customer_id=6))
    assert stage.lookups == 1
    stage.answers.clear()
    answer.set_result({"number_e164": "+861", "withheld": False, "matches": [{"customer_id": 5}]})
    await stage.set()
    assert li.objects()["pop:a"]["matches"] == []
    assert stage.lookups == 2


async def test_presence_is_about_the_first_and_the_last_page(stage: Stage) -> None:
    first, second = stage.page(LI), stage.page(LI)
    stage.page(BOSS)
    stage.hub.leave(first)
    assert stage.presence == [(7, True)]
    stage.hub.leave(second)
    assert stage.presence == [(7, True), (7, False)]


async def test_the_last_claim_wins(stage: Stage) -> None:
    first, second = stage.page(LI), stage.page(LI)
    for page in (first, second):
        page.take()
    stage.hub.claim(first)
    stage.hub.claim(first)
    assert first.take() == []
    stage.hub.claim(second)
    assert first.take() == [{"type": "replaced"}]
    stage.hub.leave(second)
    stage.hub.claim(first)
    assert second.take() == []


async def test_a_session_that_ends_takes_its_pages(stage: Stage) -> None:
    mine, other = stage.page(LI, session_key="a"), stage.page(LI, session_key="b")
    stage.hub.end_session("a")
    assert mine.take()[-1] == {"type": "signed_out"}
    assert mine.was_ended
    assert not other.was_ended


async def test_a_page_that_lets_too_much_wait_is_cut(stage: Stage) -> None:
    boss = stage.page(BOSS, limit=3)
    boss.take()
    for name in "abcd":
        await stage.set(**{f"call_{name}": call()})
    assert boss.was_cut


async def test_a_changed_role_shows_another_part(stage: Stage) -> None:
    stage.floor.views["queue:2"] = {"waiting": []}
    page = stage.page(LI)
    page.take()
    stage.hub.change_viewer(7, Viewer(user_id=7, agent_id=7, sees_floor=False, queue_ids=frozenset({2})))
    (snapshot,) = page.take()
    assert "queue:2" in snapshot["objects"]


async def test_falling_behind_the_floor_gives_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "BUS_CAPACITY", 2)
    stage = Stage()
    running = asyncio.ensure_future(stage.hub.run())
    await asyncio.sleep(0)
    boss = stage.page(BOSS)
    boss.take()
    stage.floor.views["call:a"] = call()
    for seq in range(5):
        stage.bus.publish(Change(seq, NOW, (), ("call:a",)))
    for _ in range(5):
        await asyncio.sleep(0)
    assert [message["type"] for message in boss.take()] == ["snapshot"]
    await stage.hub.aclose()
    stage.bus.close()
    await running


async def test_a_call_that_comes_while_we_stop_is_no_fault() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.hub.run())
    await asyncio.sleep(0)
    await stage.hub.aclose()
    await stage.set(call_a=call())
    assert stage.lookups == 0
    stage.bus.close()
    await running


async def test_views_that_are_not_the_floors_are_told_to_who_may_see_them(stage: Stage) -> None:
    li, boss = stage.page(LI), stage.page(BOSS)
    li.take(), boss.take()
    stage.hub.post("figures", {"queues": {}})
    stage.hub.post("figures", {"queues": {}})
    assert (len(boss.take()), li.take()) == (1, [])
    assert stage.hub.is_floor_seen
    late = stage.page(BOSS)
    assert late.objects()["figures"] == {"queues": {}}
    stage.hub.post("figures", None)
    assert boss.objects()["figures"] is None
    stage.hub.post("figures", None)
    for page in (boss, late):
        stage.hub.leave(page)
    assert not stage.hub.is_floor_seen
