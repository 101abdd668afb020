import pytest

from recordings.domain.soundness import Soundness, judge


@pytest.mark.parametrize(
    ("recorded_s", "talked_s", "truncated", "expected"),
    [
        (60.0, 60.0, False, Soundness.READY),
        (58.1, 60.0, False, Soundness.READY),
        (57.9, 60.0, False, Soundness.PARTIAL),
        (75.0, 60.0, False, Soundness.READY),
        (60.0, 60.0, True, Soundness.PARTIAL),
        (0.0, 60.0, False, Soundness.MISSING),
        (980.5, 1000.0, False, Soundness.READY),
        (979.0, 1000.0, False, Soundness.PARTIAL),
        (0.4, 0.0, False, Soundness.READY),
    ],
)
def test_a_recording_is_held_against_the_talk(recorded_s, talked_s, truncated, expected):
    assert judge(recorded_s, talked_s, truncated=truncated).soundness is expected


def test_the_verdict_says_how_much_is_missing():
    assert judge(40.0, 60.0, truncated=False).missing_s == 20.0
    assert judge(61.0, 60.0, truncated=False).missing_s == 0.0
