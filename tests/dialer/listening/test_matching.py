import numpy as np
import pytest

from dialer.listening.matching import Index, Known, Match, Matcher
from dialer.listening.sound import FRAME, RATE_HZ, Fingerprinter, Samples
from tests.dialer.listening.sounds import cat, frames, on_a_line, silence, speech

EMPTY, OFF = speech(1, 4.0), speech(2, 4.0)
INDEX = Index([Known("a/off", "off", OFF), Known("a/empty", "empty", EMPTY)])


def heard(samples: Samples, index: Index = INDEX) -> tuple[Match | None, float]:
    """The first sure match, else the last unsure one, and when (s)."""
    prints, matcher, last = Fingerprinter(), Matcher(index), None
    for number, frame in enumerate(frames(samples), 1):
        sound = frame.astype(np.float32)
        match = matcher.feed(prints.feed(sound), float(np.sqrt(np.mean(sound**2))))
        if match is not None:
            if match.is_sure:
                return match, number * FRAME / RATE_HZ
            last = match
    return last, 0.0


def test_a_known_recording_is_known_on_a_noisy_line_in_little_more_than_a_second():
    match, at_s = heard(on_a_line(EMPTY, 5))
    assert match is not None
    assert (match.ref, match.label) == ("a/empty", "empty")
    assert match.margin >= 0.08
    assert at_s <= 1.6


def test_it_is_known_from_anywhere_in_it_and_at_any_clock():
    match, _ = heard(on_a_line(cat(silence(333), OFF[12_345:]), 6))
    assert match is not None
    assert match.label == "off"
    assert abs(match.offset_s - 12_345 / RATE_HZ) < 2.0


def test_other_speech_music_and_silence_are_nothing():
    for seed in range(20, 30):
        assert heard(on_a_line(speech(seed, 5.0), seed)) == (None, 0.0)
    assert heard(silence(5000)) == (None, 0.0)


def test_two_labels_that_begin_the_same_way_are_told_apart_only_after_it():
    opening = speech(7, 2.0)
    first, second = cat(opening, speech(8, 2.0)), cat(opening, speech(9, 2.0))
    index = Index([Known("one", "empty", first), Known("two", "off", second)])
    unsure, _ = heard(on_a_line(opening, 1), index)
    assert unsure is not None
    assert not unsure.is_sure
    sure, at_s = heard(on_a_line(second, 2), index)
    assert sure is not None
    assert (sure.label, sure.is_sure) == ("off", True)
    assert at_s > 2.0


def test_two_recordings_of_one_label_do_not_stand_in_each_others_way():
    index = Index([Known("one", "empty", EMPTY), Known("two", "empty", EMPTY), Known("three", "off", OFF)])
    match, _ = heard(EMPTY, index)
    assert match is not None
    assert match.label == "empty"


def test_a_library_of_one_label_matches_too_and_an_empty_one_never():
    match, _ = heard(EMPTY, Index([Known("one", "empty", EMPTY)]))
    assert match is not None
    assert match.is_sure
    assert heard(EMPTY, Index([])) == (None, 0.0)


def test_all_that_is_near_is_told_when_a_library_is_built():
    prints, matcher = Fingerprinter(), Matcher(INDEX)
    found = set()
    for frame in frames(EMPTY):
        sound = frame.astype(np.float32)
        matcher.feed(prints.feed(sound), float(np.sqrt(np.mean(sound**2))))
        found |= set(matcher.all_near(0.65))
    assert found == {"a/empty"}
    assert Matcher(Index([])).all_near(0.65) == []


@pytest.mark.parametrize(("first_s", "other_s", "second_s", "snr_db"), [(0.75, 0.45, 0.5, 20), (0.7, 0.6, 0.7, 30)])
def test_phrases_that_another_recording_of_a_person_shares_are_not_enough(
    first_s: float, other_s: float, second_s: float, snr_db: float
):
    """Two thirds of a second and a half are the same, with something else between."""
    begin, end = int((first_s + other_s) * RATE_HZ), int((first_s + other_s + second_s) * RATE_HZ)
    line = cat(EMPTY[: int(first_s * RATE_HZ)], speech(55, other_s), EMPTY[begin:end], speech(56, 2.0))
    assert heard(on_a_line(line, 1, snr_db=snr_db)) == (None, 0.0)


def test_a_phrase_alone_is_not_enough_and_the_recording_is():
    for snr_db in (20, 12):
        line = on_a_line(EMPTY, 1, snr_db=snr_db)
        other = on_a_line(speech(77, 3.0), 1, snr_db=snr_db)
        assert heard(cat(line[: int(0.8 * RATE_HZ)], other)) == (None, 0.0)
        match, at_s = heard(line)
        assert match is not None
        assert match.label == "empty"
        assert 0.8 < at_s < 2.5


def test_what_parts_two_labels_counts_however_short_it_is_beside_what_they_share():
    """Two sentences of one voice: the same opening and the same end, a syllable between them."""
    opening, ending = speech(7, 1.4), speech(8, 1.4)
    first, second = cat(opening, speech(9, 0.2), ending), cat(opening, speech(10, 0.2), ending)
    index = Index([Known("one", "off", first), Known("two", "suspended", second)])
    for line, label in ((first, "off"), (second, "suspended")):
        match, _ = heard(on_a_line(line, 3, snr_db=12), index)
        assert match is not None
        assert (match.label, match.is_sure) == (label, True)


def test_whether_a_recording_goes_on_is_seen_in_the_last_second():
    other = cat(EMPTY[: 8 * 1200], speech(33, 2.0))
    for samples, least, most in ((EMPTY, 0.6, 1.0), (other, -0.3, 0.25)):
        prints, matcher, match = Fingerprinter(), Matcher(INDEX), None
        for number, frame in enumerate(frames(samples)):
            sound = frame.astype(np.float32)
            found = matcher.feed(prints.feed(sound), float(np.sqrt(np.mean(sound**2))))
            match = match or found
            if number * FRAME / RATE_HZ > 2.8:
                break
        assert match is not None
        assert least <= matcher.goes_on(match) <= most
