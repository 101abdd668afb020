import pytest

from recordings.domain.room import ALLOWED, DiskLevel, DiskRoom, RoomLimits, Use, next_level

LIMITS = RoomLimits(min_free_bytes=0, min_free_ratio=0.02)


def walk(*free):
    """Of 10,000 bytes."""
    level, seen = DiskLevel.ROOMY, []
    for bytes_ in free:
        level = next_level(DiskRoom(bytes_, 10_000), LIMITS, level)
        seen.append(level.value)
    return seen


@pytest.mark.parametrize(
    ("free", "level"),
    [(1500, "roomy"), (1499, "low"), (500, "low"), (499, "short"), (200, "short"), (199, "full"), (0, "full")],
)
def test_it_fills(free, level):
    assert walk(free) == [level]


def test_it_empties_with_a_dead_band():
    assert walk(199, 249, 250, 624, 625, 1874, 1875) == ["full", "full", "short", "short", "low", "low", "roomy"]


def test_it_does_not_flutter_at_a_limit():
    assert walk(1499, 1501, 1499, 1501) == ["low"] * 4
    assert walk(499, 501, 499, 501) == ["short"] * 4
    assert walk(199, 201, 199, 201) == ["full"] * 4


def test_it_may_fall_and_rise_by_several_levels_at_once():
    assert walk(10_000, 0, 10_000) == ["roomy", "full", "roomy"]


def test_too_few_bytes_are_full_however_small_the_disk():
    limits = RoomLimits(min_free_bytes=1000, min_free_ratio=0.02)
    assert next_level(DiskRoom(999, 2_000), limits) is DiskLevel.FULL
    assert next_level(DiskRoom(1100, 2_000), limits) is DiskLevel.ROOMY
    assert next_level(DiskRoom(1100, 2_000), limits, DiskLevel.FULL) is DiskLevel.FULL
    assert next_level(DiskRoom(1250, 2_000), limits, DiskLevel.FULL) is DiskLevel.ROOMY


def test_an_operator_who_stops_earlier_is_refused_uploads_no_later():
    limits = RoomLimits(min_free_bytes=0, min_free_ratio=0.2)
    assert next_level(DiskRoom(1999, 10_000), limits) is DiskLevel.FULL
    assert {limits.ratio(level) for level in DiskLevel} == {0.2}


def test_a_disk_of_no_size_is_full():
    assert DiskRoom(0, 0).free_ratio == 0.0
    assert next_level(DiskRoom(5000, 0), LIMITS) is DiskLevel.FULL


def test_each_level_refuses_what_the_one_before_did_and_never_less():
    assert set(ALLOWED) == set(DiskLevel)
    for better, worse in zip(list(DiskLevel), list(DiskLevel)[1:], strict=False):
        assert ALLOWED[worse] <= ALLOWED[better]
    assert Use.UPLOAD not in ALLOWED[DiskLevel.SHORT]
    assert Use.RECORDING in ALLOWED[DiskLevel.SHORT]
    assert ALLOWED[DiskLevel.FULL] == frozenset()
