"""Queues and skills changed from the floor."""

from pathlib import Path

from tests.agent_ui.world import World, running_world


async def test_it_is_effective_at_once_and_can_be_undone(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        person, agent = await world.person("supervisor"), world.users["agent"]
        path = f"/agents/{agent.id}/assignment"
        status, before = await person.call("GET", path)
        assert (status, before["queue_ids"], before["skills"]) == (200, [1], {})
        wanted = {"queue_ids": [1, 2], "reserve_queue_ids": [2], "skills": {"Refunds": 4}, "version": before["version"]}
        status, after = await person.call("PUT", path, wanted)
        assert (status, after["queue_ids"], after["reserve_queue_ids"]) == (200, [1, 2], [2])
        assert (after["skills"], after["known_skills"]) == ({"refunds": 4}, ["refunds"])
        assert world.telephony.floor.view(f"agent:{agent.id}")["queue_ids"] == [1, 2]

        status, answer = await person.call("PUT", path, wanted)
        assert (status, answer["error"]["code"]) == (409, "version_conflict"), "somebody changed it in between"
        undo = {key: before[key] for key in ("queue_ids", "reserve_queue_ids", "skills")}
        assert (await person.call("PUT", path, {**undo, "version": after["version"]}))[0] == 200
        assert world.telephony.floor.view(f"agent:{agent.id}")["queue_ids"] == [1]

        admin = await world.person("admin")
        _, page = await admin.call("GET", "/audit?limit=50")
        rows = [row["detail"] for row in page["items"] if row["action"] == "user.change"]
        assert [row["queue_ids"] for row in reversed(rows)] == [[1, 2], [1]]


async def test_only_whom_a_call_can_be_offered_to_and_only_what_there_is(world: World) -> None:
    person = await world.person("supervisor")
    seatless = f"/agents/{world.users['admin'].id}/assignment"
    status, answer = await person.call("PUT", seatless, {"queue_ids": [], "version": 1})
    assert (status, answer["error"]["code"]) == (409, "unknown_agent")
    assert (await person.call("GET", "/agents/999/assignment"))[0] == 404
    path = f"/agents/{world.users['agent'].id}/assignment"
    _, before = await person.call("GET", path)
    body = {"queue_ids": [99], "version": before["version"]}
    status, answer = await person.call("PUT", path, body)
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "queue_ids.0")
