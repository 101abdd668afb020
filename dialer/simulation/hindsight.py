"""The best setting of a rival's knob, found with the days that it is then measured on: kinder than life."""

from collections.abc import Callable
from dataclasses import replace

from dialer.simulation.cell import SETTINGS, Cell
from dialer.simulation.figures import Day, Score, score


def best_setting(cell: Cell, run: Callable[[Cell], list[Day]]) -> tuple[float, Score]:
    """Return the setting of the highest occupancy whose pooled abandonment keeps the limit, and its score.

    Abandonment grows with the setting, so a coarse pass finds the stretch and a fine one the setting.
    """
    limit = cell.limits.abandonment_limit_ratio
    grid = SETTINGS[cell.rule]
    scores: dict[int, Score] = {}

    def keeps(index: int) -> bool:
        if index not in scores:
            scores[index] = score(run(replace(cell, setting=grid[index])), limit)
        return scores[index].abandonment_ratio <= limit

    low, high = 0, len(grid)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if keeps(middle) else (low, middle)
    kept = [index for index in scores if keeps(index)] or [0]
    keeps(kept[0])
    best = max(kept, key=lambda index: scores[index].occupancy_ratio)
    return grid[best], scores[best]
