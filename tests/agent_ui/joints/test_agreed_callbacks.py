"""A callback that was agreed: one task for each call, whoever wrote it down first."""

import asyncio
from datetime import timedelta

import pytest

from agent_ui.errors import ApiError
from agent_ui.joints.agreed_callbacks import AgreedCallbacks
from agent_ui.joints.campaign_dispositions import Callback
from crm_core.audit import Actor
from crm_core.domain.task import TaskKind
from crm_core.task_rows import TaskFilter
from crm_core.task_writing import TaskDraft
from tests.agent_ui.api.test_tasks import the_call
from tests.agent_ui.world import World


async def keep(world: World, call_id: str, callback: Callback, by: Actor) -> None:
    also = [AgreedCallbacks(world.parts.memory.tasks).keeping(call_id, callback, by)]
    await world.parts.memory.calls.dispose(call_id, "callback", None, by, also=also)


async def test_one_that_was_planned_in_the_call_needs_no_other(world: World) -> None:
    call_id, book = await the_call(world), world.parts.memory.tasks
    agreed, me, now = AgreedCallbacks(book), Actor(world.users["agent"].id), world.parts.clock.now()
    at = now + timedelta(hours=1)
    with pytest.raises(ApiError):
        await agreed.check(call_id, Callback(), now)
    await agreed.check(call_id, Callback(at), now)
    planned = await book.open(TaskDraft("back", TaskKind.CALLBACK, due_at=at, owner_id=me.user_id, call_id=call_id), me)
    await agreed.check(call_id, Callback(), now)
    with pytest.raises(ApiError) as caught:
        await agreed.check(call_id, Callback(now - timedelta(hours=1)), now)
    assert [(one.path, one.code) for one in caught.value.fields] == [("again_at", "in_past")]
    for said, due_at in (
        (Callback(), at),
        (Callback(at), at),
        (Callback(at + timedelta(hours=1)), at + timedelta(hours=1)),
    ):
        await keep(world, call_id, said, me)
        [row] = (await book.page(TaskFilter())).items
        assert (row.id, row.title, row.due_at) == (planned.id, "back", due_at)
    await book.complete(planned.id, me)
    with pytest.raises(ApiError):
        await agreed.check(call_id, Callback(), now)


async def test_two_pages_that_say_it_in_one_moment_make_one(world: World) -> None:
    call_id, book = await the_call(world), world.parts.memory.tasks
    me, at = Actor(world.users["agent"].id), world.parts.clock.now() + timedelta(hours=1)
    async with asyncio.TaskGroup() as pages:
        for _ in range(2):
            pages.create_task(keep(world, call_id, Callback(at), me))
    assert len((await book.page(TaskFilter())).items) == 1


@pytest.mark.parametrize("is_mine", [True, False])
async def test_whose_it_is(world: World, is_mine: bool) -> None:
    call_id, book = await the_call(world), world.parts.memory.tasks
    me, at = Actor(world.users["agent"].id), world.parts.clock.now() + timedelta(hours=1)
    await keep(world, call_id, Callback(at, is_mine), me)
    [row] = (await book.page(TaskFilter())).items
    assert (row.title, row.owner_id, row.due_at) == ("", me.user_id if is_mine else None, at)


async def test_who_says_it_anew_says_also_whose_it_is(world: World) -> None:
    call_id, book = await the_call(world), world.parts.memory.tasks
    me, at = Actor(world.users["agent"].id), world.parts.clock.now() + timedelta(hours=1)
    boss = Actor(world.users["supervisor"].id)
    for is_mine in (True, False, True):
        await keep(world, call_id, Callback(at, is_mine), me)
        [row] = (await book.page(TaskFilter())).items
        assert (row.owner_id, row.due_at) == (me.user_id if is_mine else None, at)
    await book.assign(row.id, boss.user_id, row.queue_id, boss)
    for is_mine in (True, False):
        await keep(world, call_id, Callback(at, is_mine), me)
        [row] = (await book.page(TaskFilter())).items
        assert row.owner_id == boss.user_id, "a colleague was given it meanwhile"


async def test_whoever_had_it_is_told_that_it_was_taken_from_them(world: World) -> None:
    call_id, book = await the_call(world), world.parts.memory.tasks
    me, at = Actor(world.users["agent"].id), world.parts.clock.now() + timedelta(hours=1)
    told: list[frozenset[int]] = []
    book.on_change(told.append)
    await keep(world, call_id, Callback(at, is_mine=True), me)
    await keep(world, call_id, Callback(at), me)
    assert told == [frozenset(), {me.user_id}]
