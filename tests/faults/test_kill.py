"""Callroom is killed with -9 twenty times at seeded moments under load."""

import statistics
from pathlib import Path

import pytest

from tests.faults.killing import Killings, kill_again_and_again
from tests.faults.town import Town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED, KILLS = 20261122, 20
# As many may follow until every phase of a call was met, and a line.
MORE = 15
# What is promised. Of all kills half must be back by then: a single start may meet a neighbour's burst on a machine
# with two cores that runs two test files at a time, a program that starts slower shows in the median.
BACK_WITHIN_S = 5.0
# Five on a machine that has nothing else to do (make soak says how long it took); here others may be busy.
SOUND_WITHIN_S = 20.0


async def test_killed_twenty_times_under_load(town: Town, tmp_path: Path) -> None:
    result = Killings(SEED)
    await kill_again_and_again(town, tmp_path, result, KILLS, SOUND_WITHIN_S, more=MORE)
    print(f"serving again after {', '.join(f'{each:.1f}' for each in sorted(result.back_s))} s")
    print(f"met: {dict(result.phases)}; {result.calls} calls, the end of {result.excused} of them unseen; "
          f"{result.talks_over_a_kill} talks and {result.in_line} pairs in line over a kill")  # fmt: skip
    assert statistics.median(result.back_s) <= BACK_WITHIN_S
    assert result.missed == []
    assert result.talks_over_a_kill > 0, "nobody was talking at any kill: the load is too small to prove anything"
    assert result.calls - result.excused >= KILLS, "too few calls ended while Callroom watched"
    assert result.excused <= result.calls / 2, "of most calls no end was watched: the log is hardly compared"
    await town.quiet()
