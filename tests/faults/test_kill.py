"""Callroom is killed with -9 twenty times at seeded moments under load."""

from pathlib import Path

import pytest

from tests.faults.killing import Killings, kill_again_and_again
from tests.faults.town import Town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED, KILLS = 20261122, 20
# Five on a machine that has nothing else to do (make soak says how long it took); here others may be busy.
SOUND_WITHIN_S = 20.0


async def test_killed_twenty_times_under_load(town: Town, tmp_path: Path) -> None:
    result = Killings(SEED)
    await kill_again_and_again(town, tmp_path, result, KILLS, SOUND_WITHIN_S)
    assert result.talks_over_a_kill > 0, "nobody was talking at any kill: the load is too small to prove anything"
    assert result.calls > KILLS
    await town.quiet()
