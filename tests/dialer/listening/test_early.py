import numpy as np

from dialer.listening.early import KEPT_MOST_S, EarlySound
from dialer.listening.sound import RATE_HZ
from tests.dialer.listening.sounds import frames, silence, speech

SAID = speech(1, 3.0)


def feed(early: EarlySound, samples: np.ndarray, *, is_loud: bool = True) -> None:
    for frame in frames(samples):
        early.feed(frame, is_loud=is_loud)


def test_it_is_kept_from_its_first_sound_on_and_not_for_long():
    early = EarlySound()
    feed(early, silence(2000), is_loud=False)
    assert early.take() is None
    feed(early, SAID)
    kept = early.take()
    assert kept is not None
    assert np.array_equal(kept, SAID)
    for _ in range(10):
        feed(early, SAID)
    kept = early.take()
    assert kept is not None
    assert len(kept) == KEPT_MOST_S * RATE_HZ


def test_what_is_too_short_to_be_known_again_is_not_kept():
    early = EarlySound()
    feed(early, SAID[: RATE_HZ + RATE_HZ // 2])
    feed(early, silence(3000), is_loud=False)
    assert early.take() is None


def test_a_ringing_tone_is_nobody_s_announcement_but_one_may_follow():
    early = EarlySound()
    feed(early, SAID)
    early.begin_again()
    assert early.take() is None
    feed(early, SAID)
    assert early.take() is not None


def test_nothing_is_kept_of_what_is_known_or_said_after_the_answer():
    known, answered = EarlySound(), EarlySound()
    feed(known, SAID)
    known.give_up()
    feed(known, SAID)
    assert known.take() is None
    feed(answered, SAID)
    answered.close()
    feed(answered, SAID)
    kept = answered.take()
    assert kept is not None
    assert len(kept) == len(SAID)
