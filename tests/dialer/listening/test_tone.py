import numpy as np
import pytest

from dialer.listening.shelf import shipped_plans
from dialer.listening.sound import Samples
from dialer.listening.tone import ToneDetector, ToneHeard
from tests.dialer.listening.sounds import cat, frames, on_a_line, silence, speech, tone

SIT = {
    "sit_ic": ((913.8, 274), (1370.6, 274), (1776.7, 380)),
    "sit_vc": ((985.2, 380), (1370.6, 274), (1776.7, 380)),
    "sit_ro": ((913.8, 274), (1428.5, 380), (1776.7, 380)),
    "sit_nc": ((985.2, 380), (1428.5, 380), (1776.7, 380)),
}


def heard(samples: Samples) -> tuple[ToneHeard | None, float]:
    detector = ToneDetector(shipped_plans())
    for number, frame in enumerate(frames(samples), 1):
        found = detector.feed(frame.astype("float32"))
        if found is not None:
            return found, number * 0.02
    return None, 0.0


def cadence(*steps: tuple[int, tuple[float, ...]]) -> Samples:
    return cat(*(tone(ms, *freqs) if freqs else silence(ms) for ms, freqs in steps))


@pytest.mark.parametrize(
    ("label", "country", "on_ms", "off_ms", "freqs", "within_s"),
    [
        ("tone_busy", "cn", 350, 350, (450,), 1.9),
        ("congestion", "cn", 700, 700, (450,), 2.4),
        ("tone_busy", "eu", 500, 500, (425,), 1.9),
        ("congestion", "eu", 250, 250, (425,), 1.0),
        ("tone_busy", "na", 500, 500, (480, 620), 2.2),
        ("congestion", "na", 250, 250, (480, 620), 1.0),
        ("tone_busy", "uk", 375, 375, (400,), 1.6),
        ("ringback", "cn", 1000, 4000, (450,), 5.4),
        ("ringback", "eu", 1000, 4000, (425,), 5.4),
        ("ringback", "na", 2000, 4000, (440, 480), 4.6),
    ],
)
def test_a_countrys_tone_is_known_from_the_middle_of_a_burst_on_a_noisy_line(
    label: str, country: str, on_ms: int, off_ms: int, freqs: tuple[float, ...], within_s: float
):
    sound = cadence(*((on_ms, freqs), (off_ms, ())) * 4)[on_ms * 5 :]
    found, at_s = heard(on_a_line(sound, 3))
    assert found is not None
    assert (found.label, found.ref) == (label, f"{label} {country}")
    assert at_s <= within_s + off_ms / 1000


def test_uk_ringback_has_two_frequencies_that_are_near():
    ring = cadence((400, (400, 450)), (200, ()), (400, (400, 450)), (2000, ()))
    found, _ = heard(on_a_line(cat(ring, ring), 3))
    assert found is not None
    assert found.ref == "ringback uk"


@pytest.mark.parametrize("kind", list(SIT))
def test_special_information_tones_by_type(kind: str):
    sound = cat(silence(400), *(tone(ms, hz) for hz, ms in SIT[kind]), silence(300), speech(4, 1.0))
    found, at_s = heard(on_a_line(sound, 2))
    assert found is not None
    assert found.label == kind
    assert at_s < 1.8


@pytest.mark.parametrize("cut_ms", [0, 60, 200, 400, 600])
def test_uk_busy_and_congestion_share_a_burst_and_are_told_apart_by_the_next(cut_ms: int):
    """Where it has 375 and 375 ms, the other has 400 and 350, and then 225 and 525."""
    busy = cadence(*((375, (400,)), (375, ())) * 5)[cut_ms * 8 :]
    full = cadence(*((400, (400,)), (350, ()), (225, (400,)), (525, ())) * 3)[cut_ms * 8 :]
    for sound, label in ((busy, "tone_busy"), (full, "congestion")):
        found, at_s = heard(on_a_line(sound, 3))
        assert found is not None
        assert found.ref == f"{label} uk"
        assert at_s < 2.0


def test_a_pair_whose_first_frequency_is_the_louder_is_a_pair():
    burst = tone(250, 480, loud=3000.0) + tone(250, 620, loud=2000.0)
    found, _ = heard(on_a_line(cat(*[burst, silence(250)] * 4), 3))
    assert found is not None
    assert found.ref == "congestion na"


def test_a_sit_whose_last_tone_ends_in_noise_or_is_cut_by_a_lost_packet():
    ends = cat(silence(300), *(tone(ms, hz) for hz, ms in SIT["sit_ic"]), tone(20, 420), silence(400))
    cut = cat(*(tone(ms, hz) for hz, ms in SIT["sit_ic"][:2]), tone(90, 1776.7), silence(70), tone(220, 1776.7))
    apart = cat(tone(274, 913.8), tone(274, 1370.6), silence(100), tone(300, 1776.7), silence(400))
    for sound in (ends, cat(cut, silence(400)), apart):
        found, _ = heard(sound)
        assert found is not None
        assert found.label == "sit_ic"


def test_noise_below_a_sit_does_not_part_its_tones():
    sit = cat(*(tone(ms, hz) for hz, ms in SIT["sit_nc"]), silence(300))
    sit[8 * 800 : 8 * 900] += tone(100, 460, loud=3500.0)
    found, _ = heard(sit)
    assert found is not None
    assert found.label == "sit_nc"


def test_a_fax_machine_through_a_mobile_codec_has_shadows_beside_its_tone():
    at = np.arange(2 * 8000) / 8000
    shaken = 2 * np.pi * (2100 * at + 0.15 * np.sin(2 * np.pi * 7 * at))
    sound = 4000 * np.sin(shaken) + 2500 * np.sin(2 * np.pi * 2168 * at)
    found, _ = heard(sound.astype(np.int16))
    assert found is not None
    assert found.label == "fax"


@pytest.mark.parametrize("note_hz", [392.0, 415.3, 440.0, 466.2, 425.0])
def test_a_note_of_a_melody_that_comes_back_is_no_tone(note_hz: float):
    """425 Hz is none of them, but somebody may play so: what sounds between is not quiet."""
    chord = tone(260, 311, 523, 659)
    assert heard(cat(*[tone(250, note_hz), chord] * 8))[0] is None
    if note_hz != 425.0:
        assert heard(cat(*[tone(250, note_hz), silence(250)] * 8))[0] is None


def test_two_notes_of_a_chord_are_no_ringing():
    for low_hz, high_hz in ((392.0, 440.0), (440.0, 466.2), (415.3, 466.2)):
        assert heard(cat(*[tone(600, low_hz, high_hz), silence(300)] * 3))[0] is None


def test_a_tone_that_comes_back_much_louder_is_another():
    sound = cat(silence(200), tone(350, 450, loud=1000.0), silence(350), tone(350, 450, loud=6000.0), silence(350))
    assert heard(sound)[0] is None


def test_fax_machines_that_answer_and_that_call():
    assert heard(on_a_line(tone(1500, 2100), 1))[0] is not None
    found, at_s = heard(on_a_line(cadence((500, (1100,)), (3000, ()), (500, (1100,)), (3000, ())), 1))
    assert found is not None
    assert found.label == "fax"
    assert at_s < 5


@pytest.mark.parametrize("lost_ms", [20, 60])
def test_lost_packets_do_not_end_a_burst(lost_ms: int):
    burst = tone(700, 450)
    burst[8 * 300 : 8 * (300 + lost_ms)] = 0
    found, _ = heard(cat(*[burst, silence(700)] * 3))
    assert found is not None
    assert found.label == "congestion"


def test_three_tones_that_are_too_long_or_rise_otherwise_are_no_sit():
    assert heard(cat(silence(300), tone(380, 950), tone(800, 1400), tone(380, 1777), silence(400)))[0] is None
    assert heard(cat(silence(300), tone(380, 700), tone(380, 1400), tone(380, 1777), silence(400)))[0] is None


def test_what_slides_is_no_tone_however_long():
    at = np.arange(2 * 8000) / 8000
    slide = (4000 * np.sin(2 * np.pi * (1950 * at + 80 * at * at))).astype(np.int16)
    assert heard(slide)[0] is None


def test_speech_and_silence_are_no_tone():
    for seed in range(12):
        assert heard(on_a_line(speech(seed, 5.0), seed))[0] is None
    assert heard(silence(4000))[0] is None


def test_a_steady_tone_without_pauses_is_none_of_them():
    assert heard(tone(4000, 1000))[0] is None


def test_without_plans_only_sit_is_known():
    detector = ToneDetector(())
    said = [
        detector.feed(frame.astype("float32")) for frame in frames(cadence((350, (450,)), (350, ()), (350, (450,))))
    ]
    assert set(said) == {None}
