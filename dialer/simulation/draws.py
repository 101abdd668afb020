"""Dice that fall alike for every pacing: the k-th attempt and the k-th talk of a seed are the same whoever dials them.

Common random numbers, so that differences between rules are not differences of luck (Law, Simulation Modeling and
Analysis, section 11.2).
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np

_AT_ONCE = 20_000


class Stream(IntEnum):
    """Each has dice of its own."""

    ATTEMPTS = 1
    TALKS = 2
    WRAP_UPS = 3
    TROUBLE = 4
    PEOPLE = 5


class Draw(NamedTuple):
    """`choice` and `uniform` in [0, 1), `normal` with mean 0 and deviation 1."""

    choice: float
    uniform: float
    normal: float


def draws(seed: int, stream: Stream) -> Iterator[Draw]:
    """Throw for ever."""
    dice = np.random.default_rng([seed, stream])
    while True:
        choices, uniforms = dice.random(_AT_ONCE), dice.random(_AT_ONCE)
        normals = dice.standard_normal(_AT_ONCE)
        yield from map(Draw, choices.tolist(), uniforms.tolist(), normals.tolist())
