import numpy as np
import pytest

from dialer.listening.answering import LOOKS_S, Answering, Beep, Guess, Trees
from dialer.listening.shelf import shipped_trees
from dialer.listening.sound import Samples
from dialer.listening.voice import features
from dialer.listening.words import Label
from tests.dialer.listening.sounds import cat, frames, silence, speech, tone


def stump(score: float) -> Trees:
    """One tree with one question: has the sound lasted longer than 2.2 s?"""
    return Trees(
        np.array([[0, -1, -1]], np.int32),
        np.array([[2.2, 0, 0]], np.float32),
        np.array([[1, -1, -1]], np.int32),
        np.array([[2, -1, -1]], np.int32),
        np.array([[0, -score, score]], np.float32),
        0.0,
        np.full(len(LOOKS_S), 0.9, np.float32),
    )


def guesses(samples: Samples, trees: Trees) -> list[tuple[float, Guess]]:
    on, found = Answering(trees), []
    for number, frame in enumerate(frames(samples), 1):
        sound = frame.astype(np.float32)
        guess = on.feed(sound, float(np.sqrt(np.mean(sound**2))))
        if guess is not None:
            found.append((round(number * 0.02, 2), guess))
    return found


def test_a_person_first_and_a_machine_when_it_is_sure_never_before_two_seconds():
    found = guesses(speech(1, 4.5), stump(4.0))
    assert [(at_s, guess.label) for at_s, guess in found] == [
        (2.0, Label.HUMAN), (2.5, Label.MACHINE), (3.0, Label.MACHINE), (4.0, Label.MACHINE)
    ]  # fmt: skip
    assert found[1][1].score == pytest.approx(1 / (1 + np.exp(-4.0)))


def test_below_the_threshold_it_stays_a_person():
    assert {guess.label for _, guess in guesses(speech(1, 4.5), stump(2.0))} == {Label.HUMAN}


def test_who_says_nothing_is_not_guessed():
    assert guesses(silence(4500), shipped_trees()) == []


def test_the_trees_that_ship_were_made_for_these_features_and_looks():
    trees = shipped_trees()
    found = features(speech(3, 3.0).astype(np.float32))
    assert found is not None
    assert int(trees.feature.max()) < len(found)
    assert len(trees.thresholds) == len(LOOKS_S)
    assert 0.0 <= trees.machine(found) <= 1.0


@pytest.mark.parametrize(("samples", "beeps"), [
    (cat(tone(400, 1000), silence(400)), 1),
    (cat(tone(60, 1000), silence(400)), 0),
    (cat(tone(400, 1000), speech(1, 1.0)), 0),
    (speech(2, 3.0), 0),
    (cat(tone(300, 800), silence(400), tone(300, 1400), silence(400)), 2),
])  # fmt: skip
def test_a_beep_is_a_steady_tone_that_ends_in_silence(samples: Samples, beeps: int):
    beep, heard = Beep(), 0
    for frame in frames(samples):
        sound = frame.astype(np.float32)
        heard += beep.feed(sound, float(np.sqrt(np.mean(sound**2))))
    assert heard == beeps


def test_a_beep_counts_after_somebody_spoke():
    greeting = cat(speech(1, 1.0), tone(400, 1000), silence(400))
    assert Label.BEEP in [guess.label for _, guess in guesses(greeting, stump(1.0))]
    assert guesses(cat(tone(300, 1000), silence(400)), stump(1.0)) == []
