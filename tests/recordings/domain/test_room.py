from recordings.domain.room import DiskRoom, RoomLimits, may_record

LIMITS = RoomLimits(min_free_bytes=1000, min_free_ratio=0.1)


def test_recording_needs_bytes_and_ratio():
    assert may_record(DiskRoom(1000, 10_000), LIMITS, was_allowed=True)
    assert not may_record(DiskRoom(999, 5_000), LIMITS, was_allowed=True)
    assert not may_record(DiskRoom(1500, 20_000), LIMITS, was_allowed=True)


def test_once_stopped_it_takes_a_quarter_more_to_start_again():
    assert not may_record(DiskRoom(1100, 5_000), LIMITS, was_allowed=False)
    assert may_record(DiskRoom(1250, 5_000), LIMITS, was_allowed=False)


def test_a_disk_of_no_size_is_full():
    assert DiskRoom(0, 0).free_ratio == 0.0
    assert not may_record(DiskRoom(5000, 0), LIMITS, was_allowed=True)
