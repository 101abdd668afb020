"""How full a disk is, and what Callroom does about it: a life cycle as a table, with a dead band against fluttering.

| level | entered below | left above | what is done |
|---|---|---|---|
| roomy |      |         | all |
| low   | 15 % | 18.75 % | administrators are warned |
| short |  5 % |  6.25 % | and old recordings are deleted at once; imports and uploads are refused |
| full  |  2 % |  2.5 %  | and nothing is recorded, and a running import ends; calls go on |
"""

from dataclasses import dataclass
from enum import StrEnum

BACK_FACTOR = 1.25
LOW_RATIO = 0.15
SHORT_RATIO = 0.05


class DiskLevel(StrEnum):
    """In the order of their badness."""

    ROOMY = "roomy"
    LOW = "low"
    SHORT = "short"
    FULL = "full"

    @property
    def badness(self) -> int:
        """From 0 on."""
        return list(DiskLevel).index(self)


class Use(StrEnum):
    """What takes room, and may be refused."""

    RECORDING = "recording"
    GOING_ON = "going_on"
    UPLOAD = "upload"


ALLOWED: dict[DiskLevel, frozenset[Use]] = {
    DiskLevel.ROOMY: frozenset(Use),
    DiskLevel.LOW: frozenset(Use),
    DiskLevel.SHORT: frozenset({Use.RECORDING, Use.GOING_ON}),
    DiskLevel.FULL: frozenset(),
}


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """How full a disk is."""

    free_bytes: int
    total_bytes: int

    @property
    def free_ratio(self) -> float:
        """Free part, 0 to 1; a disk of unknown size counts as full."""
        return self.free_bytes / self.total_bytes if self.total_bytes > 0 else 0.0


@dataclass(frozen=True, slots=True)
class RoomLimits:
    """Below either a disk is full."""

    min_free_bytes: int
    min_free_ratio: float

    def ratio(self, level: DiskLevel) -> float:
        """Return the free part below which a disk is at this level; no level begins below a worse one."""
        ratios = {DiskLevel.LOW: LOW_RATIO, DiskLevel.SHORT: SHORT_RATIO}
        return max(ratios.get(level, 0.0), self.min_free_ratio)


def next_level(room: DiskRoom, limits: RoomLimits, was: DiskLevel = DiskLevel.ROOMY) -> DiskLevel:
    """Say where a disk is now, that `was` there at the last look."""
    for level in (DiskLevel.FULL, DiskLevel.SHORT, DiskLevel.LOW):
        factor = BACK_FACTOR if was.badness >= level.badness else 1.0
        too_small = level is DiskLevel.FULL and room.free_bytes < limits.min_free_bytes * factor
        if too_small or room.free_ratio < limits.ratio(level) * factor:
            return level
    return DiskLevel.ROOMY
