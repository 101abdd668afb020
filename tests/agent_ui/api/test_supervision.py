"""Whether agents see supervisors: the file says it until an administrator does, then open pages follow at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_ui.push.visibility import Viewer
from crm_core.audit import AuditFilter
from tests.agent_ui.world import World, running_world

PATH = "/settings/supervision"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running_world(tmp_path) as running:
        yield running


async def seen_by(world: World, login: str) -> bool:
    who = await world.parts.sessions.person(world.users[login].id)
    assert who is not None
    return world.parts.viewer_of(who).sees_supervision


async def test_it_is_as_the_file_says_until_it_is_set(tmp_path: Path) -> None:
    for said in ("true", "false"):
        home = tmp_path / said
        home.mkdir()
        (home / "callroom.toml").write_text(f"[telephone]\nagents_see_supervisors = {said}\n", encoding="utf-8")
        async with running_world(home) as world:
            admin = await world.person("admin")
            stands = said == "true"
            assert await admin.call("GET", PATH) == (200, {"agents_see_supervisors": stands, "is_set": False})
            status, saved = await admin.call("PUT", PATH, {"agents_see_supervisors": not stands})
            assert (status, saved) == (200, {"agents_see_supervisors": not stands, "is_set": True})
            assert await seen_by(world, "agent") is not stands
            assert await seen_by(world, "supervisor"), "who leads sees it anyhow"


async def test_it_is_audited_and_outlives_a_restart(world: World) -> None:
    admin, parts = await world.person("admin"), world.parts
    assert not await seen_by(world, "agent")
    await admin.call("PUT", PATH, {"agents_see_supervisors": True})
    (row,) = (await parts.memory.audit.page(AuditFilter(action="setting.put"))).items
    assert (row.user_name, row.object_id, row.detail) == ("Admin", "agents_see_supervisors", {"value": True})
    parts.sight_set = None
    await parts.supervision_sight_changed()
    assert await seen_by(world, "agent"), "a start reads what was stored"


async def test_open_pages_are_changed_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, agent = await world.person("admin"), world.users["agent"]
    told: list[tuple[int, Viewer]] = []
    monkeypatch.setattr(world.parts.hub, "users", lambda: [agent.id])
    monkeypatch.setattr(world.parts.hub, "change_viewer", lambda *what: told.append(what))
    for wanted in (True, False):
        await admin.call("PUT", PATH, {"agents_see_supervisors": wanted})
        assert (told[-1][0], told[-1][1].sees_supervision) == (agent.id, wanted)
