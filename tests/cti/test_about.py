import asyncio

from cti.about import about_call, current_call


def test_outside_there_is_no_call():
    assert current_call() == ""


def test_the_subject_goes_back_to_what_it_was():
    with about_call("c1"):
        with about_call("c2"):
            assert current_call() == "c2"
        assert current_call() == "c1"
    assert current_call() == ""


async def test_tasks_started_inside_are_about_the_same_call():
    async def ask() -> str:
        await asyncio.sleep(0)
        return current_call()

    with about_call("c1"):
        one = asyncio.ensure_future(ask())
    with about_call("c2"):
        two = asyncio.ensure_future(ask())
    assert await asyncio.gather(one, two) == ["c1", "c2"]
