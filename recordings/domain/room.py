"""Is there room on the disk for another recording? With a dead band, so that the answer does not flutter."""

from dataclasses import dataclass

_BACK_FACTOR = 1.25


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """How full the recordings' disk is."""

    free_bytes: int
    total_bytes: int

    @property
    def free_ratio(self) -> float:
        """Free part, 0 to 1; a disk of unknown size counts as full."""
        return self.free_bytes / self.total_bytes if self.total_bytes > 0 else 0.0


@dataclass(frozen=True, slots=True)
class RoomLimits:
    """Recording needs both."""

    min_free_bytes: int
    min_free_ratio: float


def may_record(room: DiskRoom, limits: RoomLimits, *, was_allowed: bool) -> bool:
    """Stop below the limits; once stopped, start again only above 1.25 times of them."""
    factor = 1.0 if was_allowed else _BACK_FACTOR
    return room.free_bytes >= limits.min_free_bytes * factor and room.free_ratio >= limits.min_free_ratio * factor
