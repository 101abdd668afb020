"""Callroom is killed and away: callers are put through by Asterisk alone, and Callroom finds them when it is back."""

import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.asterisk.pair import eventually
from tests.bench.seat import seat
from tests.browser.conftest import CALLER_HZ
from tests.browser.desk import Desk
from tests.faults.invariants import until_sound
from tests.faults.long_away import Away, away_for_a_moment
from tests.faults.reading import read_switch, switch_of
from tests.faults.town import Town
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
FIRST, SECOND = "+8613700137301", "+8613700137302"


async def look_at(desk: Desk, name: str) -> None:
    """Keep a picture for whoever wants to see the page."""
    if folder := os.environ.get("CALLROOM_SHOTS"):
        await desk.page.screenshot(path=str(Path(folder) / f"{name}.png"))


async def rows(installation: Installation) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {FIRST: [], SECOND: []}
    async with seat(installation, "supervisor") as watcher:
        for row in (await watcher.ask("GET", "/calls?limit=50"))["items"]:
            number = re.sub(r"[^0-9]", "", str(row["number"]))
            for one, of in found.items():
                if number.endswith(one[-11:]):
                    of.append(row)
    return found


async def test_an_agents_open_page_takes_calls_while_callroom_is_away(installation: Installation, agent: Desk) -> None:
    await agent.page.context.grant_permissions(["microphone"])
    await installation.end_process(signal.SIGKILL)
    await expect(agent.by("banner-away")).to_be_visible()
    await expect(agent.by("badge-voice")).to_have_attribute("data-link", "ok")
    await installation.call_in(FIRST, keys="", stay_s=240)
    await agent.rings()
    await expect(agent.by("ringing-direct")).to_be_visible()
    await expect(agent.by("ringing-name")).to_have_text("+86137****7301")
    await look_at(agent, "away-en")
    await agent.speak("zh")
    await look_at(agent, "away-zh")
    await agent.speak("en")
    await agent.by("answer").click()
    await expect(agent.by("call-strip")).to_have_attribute("data-phase", "up")
    await agent.hears(CALLER_HZ)

    second = await installation.call_in(SECOND, stay_s=240)
    switch = switch_of(installation)

    async def second_waits_in_fallback() -> bool:
        places = [channel.context for channel in (await read_switch(switch)).customers.values()]
        return places.count("fallback") == 2

    await eventually(second_waits_in_fallback, 40, "the second caller in the fallback queue")
    await installation.start()
    await agent.is_in_state("talking")
    await agent.hears(CALLER_HZ)
    await expect(agent.by("banner-away")).to_have_count(0)

    async def second_is_taken_back() -> bool:
        return [each.context for each in (await read_switch(switch)).customers.values()].count("callroom-call") == 1

    await eventually(second_is_taken_back, 10, "the second caller back in Callroom's line")
    await until_sound(installation, within_s=15)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify()
    await agent.rings()
    await agent.answer()
    await agent.hears(CALLER_HZ)
    await installation.caller_hangs_up(second)
    await agent.is_in_state("wrap_up")
    await agent.classify()

    async def both_are_written() -> bool:
        found = await rows(installation)
        return [row["end_reason"] for row in found[FIRST]] == ["fallback"] and bool(found[SECOND][0]["ended_at"])

    await eventually(both_are_written, 25, "both rows")
    found = await rows(installation)
    assert [len(of) for of in found.values()] == [1, 1]
    assert found[FIRST][0]["agent_name"] == found[SECOND][0]["agent_name"] != ""
    assert found[FIRST][0]["talked_s"] > 5
    assert found[SECOND][0]["end_reason"] == "caller_hung_up"


async def test_every_caller_of_half_a_minute_without_callroom_is_answered(town: Town, tmp_path: Path) -> None:
    """Who came first by the switch alone, who still waits by Callroom when it is back; the log has them all.

    That callers leave a number when nobody answers takes longer than that: see tests/asterisk/test_emergency.py, and
    `make soak` for both in ten minutes.
    """
    result = Away(20261122)
    await away_for_a_moment(town, tmp_path, result, 30.0, 20.0, print)
    print(result)
    assert result.away_s >= 30
    assert result.callers >= 5
    assert result.answered == result.callers
    assert 0 < result.taken_back < result.answered, "both ways were taken"
    await town.quiet()
