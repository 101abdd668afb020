"""What a monitor is told, and what a browser gets at the same address."""

from collections.abc import Callable
from typing import Any

import pytest

from crm_core.storage.database import Database
from tests.agent_ui.world import World


async def ask(world: World) -> tuple[int, str, str]:
    async with world.stranger().session.get(f"{world.base}/health") as response:
        return response.status, response.content_type, await response.text()


async def test_a_monitor_hears_that_all_is_well(world: World) -> None:
    assert await ask(world) == (200, "application/json", '{"status": "ok"}')


async def test_a_browser_is_sent_to_the_page(world: World) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    get = world.stranger().session.get
    async with get(f"{world.base}/health", headers=accept, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/#/admin/health")


def _switch_is_cut(world: World, _patch: pytest.MonkeyPatch) -> None:
    world.telephony.floor.views["system"] = {"node_up": {"n1": True, "n2": False}, "stale_since": "2026"}


def _prompts_fail(world: World, _patch: pytest.MonkeyPatch) -> None:
    world.parts.problems["prompts"] = "espeak-ng is not there"


def _disk_is_full(world: World, patch: pytest.MonkeyPatch) -> None:
    view: dict[str, Any] = {"recording": {"ok": False, "reason": "disk_full"}}
    patch.setattr(type(world.parts.disks), "view", lambda _: view)


def _database_is_away(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Database, "trouble", property(lambda _: "database_unreachable"))


@pytest.mark.parametrize("harm", [_switch_is_cut, _prompts_fail, _disk_is_full, _database_is_away])
async def test_a_monitor_hears_that_something_is_wrong_and_not_what(
    world: World, monkeypatch: pytest.MonkeyPatch, harm: Callable[[World, pytest.MonkeyPatch], None]
) -> None:
    harm(world, monkeypatch)
    assert await ask(world) == (503, "application/json", '{"status": "degraded"}')
