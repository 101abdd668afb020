"""Whatever happens in whatever order: the floor stays consistent, and tells of every view that it changed."""

from random import Random

import pytest

from tests.cti.domain.floor_world import PHONES, play
from tests.cti.domain.rosters import ROSTERS


@pytest.mark.parametrize("roster", [0, -1, -2], ids=PHONES)
@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_events_leaves_the_floor_consistent(seed: int, roster: int) -> None:
    for story in range(25 if roster == 0 else 13):
        play(Random(1000 * seed + story - 100_000 * roster), ROSTERS[roster])  # noqa: S311 - the same every time
