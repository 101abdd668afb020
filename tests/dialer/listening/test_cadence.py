import pytest

from dialer.listening.cadence import EDGES_MS, FRAME_MS, Run, Tone, cadence_of

BUSY = Tone("tone_busy", (450,), (360,), (360,))
OTHER = Tone("congestion", (450,), (400, 220), (340, 520))
RINGBACK = Tone("ringback", (450,), (1000,), (4000,))
TONES = (BUSY, OTHER, RINGBACK)


def runs(*ms: int, hz: float = 450.0, loud: float = 1000.0, quiet: float = 50.0) -> list[Run]:
    """Bursts (positive) and pauses (negative), as long as they are seen: a frame before the first of them."""
    made, begin = [Run(0, 5, rms=[quiet] * 5)], 5
    for each in ms:
        seen = (abs(each) + (EDGES_MS if each > 0 else -EDGES_MS)) // FRAME_MS
        pitch = [hz] * seen if each > 0 else []
        made.append(Run(begin, seen, pitch, [0.0] * len(pitch), [loud if each > 0 else quiet] * seen))
        begin += seen
    return made


@pytest.mark.parametrize(
    ("ms", "tone"),
    [
        ((360, -360, 100), None),
        ((360, -360, 360, -100), 0),
        ((400, -340, 220, -100), 1),
        ((220, -520, 100), 1),
        ((1000, -200), 2),
        ((1000, -60), None),
        ((700, -700, 100), None),
        ((360,), None),
    ],
)
def test_what_two_tones_share_is_none_until_they_part(ms: tuple[int, ...], tone: int | None):
    assert cadence_of(runs(*ms), TONES) == tone


def test_a_burst_that_was_sounding_already_is_no_shorter_than_it_was_heard():
    cut = [Run(0, 10, [450.0] * 10, [0.0] * 10, [1000.0] * 10), *runs(-360, 360, -100)[1:]]
    for at, run in enumerate(cut[1:], 1):
        run.begin = cut[at - 1].end
    assert cadence_of(cut[:3], (BUSY,)) == 0
    assert cadence_of(cut[:2], (RINGBACK,)) is None


def test_other_frequencies_levels_and_loud_pauses_are_no_tone():
    assert cadence_of(runs(360, -360, 360, -100, hz=470.0), TONES) is None
    assert cadence_of(runs(360, -360, 360, -100, quiet=800.0), TONES) is None
    louder = runs(360, -360, 360, -100)
    louder[3].rms = [2000.0] * len(louder[3].rms)
    assert cadence_of(louder, TONES) is None


def test_a_few_shaken_frames_leave_a_tone_steady_and_a_voice_is_not():
    run = runs(500)[1]
    assert run.is_steady
    run.hz[5:8] = [520.0, 390.0, 600.0]
    assert run.is_steady
    run.hz[:] = [400.0 + 5 * at for at in range(len(run.hz))]
    assert not run.is_steady
