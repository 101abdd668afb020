import numpy as np
import pytest
from numpy.typing import NDArray

from dialer.listening.answering import Answering, Guess
from dialer.listening.listener import LineListener
from dialer.listening.matching import Index, Known
from dialer.listening.shelf import shipped_plans, shipped_trees
from dialer.listening.sound import RATE_HZ, Samples
from dialer.listening.words import Label, LineVerdict, Phase
from tests.dialer.listening.sounds import cat, frames, on_a_line, silence, speech, tone

EMPTY, VOICEMAIL = speech(1, 4.0), speech(2, 4.0)
INDEX = Index([Known("cm/empty", "empty", EMPTY), Known("cm/voicemail", "voicemail", VOICEMAIL)])
PLANS, TREES = shipped_plans(), shipped_trees()


def listener(phase: Phase = Phase.EARLY, index: Index = INDEX) -> LineListener:
    return LineListener(phase, index, PLANS, Answering(TREES))


def heard(on: LineListener, samples: Samples) -> list[LineVerdict]:
    return [verdict for frame in frames(samples) if (verdict := on.feed(frame)) is not None]


def test_an_announcement_in_early_media_is_final_with_its_evidence():
    on = listener()
    said = heard(on, on_a_line(cat(silence(400), EMPTY), 1))
    last, confirmed = [each for each in said if each.is_final]
    assert (last.label, last.is_confirmed) == (Label.EMPTY, False)
    assert (confirmed.label, confirmed.is_confirmed) == (Label.EMPTY, True), "a second later it still is"
    assert confirmed.at_ms >= last.at_ms + 1000
    (evidence,) = last.evidence
    assert (evidence.kind, evidence.ref) == ("fingerprint", "cm/empty")
    assert evidence.until_ms == last.at_ms
    assert last.at_ms < 400 + 2400
    assert on.finish() == last


def test_what_a_gap_in_the_sound_keeps_from_being_confirmed_is_looked_for_again():
    """A busy machine loses a moment of it; after that the line is in another place of the recording."""
    whole = speech(1, 9.0)
    on = listener(index=Index([Known("cm/empty", "empty", whole)]))
    said = heard(on, on_a_line(cat(whole[: 8 * 1500], whole[8 * 1750 :]), 1))
    assert [each.is_confirmed for each in said if each.is_final] == [False, True]
    assert said[-1].at_ms < 7000


def test_what_two_labels_share_is_a_stage_until_they_part():
    opening = speech(7, 2.0)
    first, second = cat(opening, speech(8, 2.5)), cat(opening, speech(9, 2.5))
    index = Index([Known("one", "empty", first), Known("two", "off", second)])
    said = heard(listener(index=index), second)
    stages = [(each.label, each.is_final) for each in said if not each.is_confirmed]
    assert stages == [(Label.ANNOUNCEMENT, False), (Label.OFF, True)]


def test_ringing_is_told_once_and_what_follows_counts():
    said = heard(listener(), cat(tone(1000, 450), silence(4000), tone(1000, 450), silence(500), EMPTY))
    told = [each.label for each in said if each.label is not Label.ANNOUNCEMENT and not each.is_confirmed]
    assert told == [Label.RINGBACK, Label.EMPTY]
    assert not said[0].is_final


def test_busy_is_final():
    said = heard(listener(), cat(*[tone(350, 450), silence(350)] * 3))
    assert [(each.label, each.is_final) for each in said] == [(Label.TONE_BUSY, True)]
    assert said[0].evidence[0].ref == "tone_busy cn"


def test_early_media_without_a_sound_is_silence_and_unknown_speech_is_unknown():
    on = listener()
    assert heard(on, silence(4000)) == []
    assert on.finish().label is Label.SILENCE
    on = listener()
    heard(on, speech(90, 4.0))
    assert on.finish().label is Label.UNKNOWN


def test_three_seconds_of_nothing_after_the_answer_are_silence_and_not_final():
    said = heard(listener(Phase.ANSWERED), silence(4000))
    assert [(each.label, each.at_ms, each.is_final) for each in said] == [(Label.SILENCE, 3000, False)]


def test_a_carriers_mailbox_that_answers_is_known_by_its_recording():
    on = listener()
    heard(on, silence(1000))
    on.answered()
    said = heard(on, on_a_line(VOICEMAIL, 2))
    assert Label.VOICEMAIL in [each.label for each in said if each.is_final]


def test_ringing_before_the_answer_is_forgotten():
    on = listener()
    heard(on, cat(tone(1000, 450), silence(1500)))
    on.answered()
    assert on.finish().label is Label.SILENCE


def test_the_beep_after_a_known_greeting_is_told():
    on = listener(Phase.ANSWERED)
    said = heard(on, cat(VOICEMAIL, tone(400, 1000), silence(600)))
    assert [each.label for each in said][-2:] == [Label.VOICEMAIL, Label.BEEP]


def test_what_was_known_early_is_told_again_when_something_may_be_done_about_it():
    said = heard(listener(Phase.ANSWERED), cat(*[tone(350, 450), silence(350)] * 2, silence(2000)))
    busy = [each.answered_ms for each in said if each.label is Label.TONE_BUSY]
    assert busy == [said[0].at_ms, 2000]
    assert said[0].at_ms < 2000
    assert listener().finish().answered_ms is None, "nobody has answered"


def test_a_person_who_begins_with_the_word_of_a_known_greeting_is_no_mailbox():
    """As a synthetic voice does it, that says the very same bits."""
    samples = cat(VOICEMAIL[: 8 * 700], speech(77, 6.0))
    assert Label.VOICEMAIL not in [each.label for each in heard(listener(Phase.ANSWERED), samples)]
    early = [each for each in heard(listener(), samples) if each.label is Label.VOICEMAIL]
    assert [each.is_confirmed for each in early] == [False], "and before the answer it is not confirmed"


def test_what_is_known_later_is_told_once():
    said = heard(listener(Phase.ANSWERED), VOICEMAIL)
    (known,) = [each for each in said if each.label is Label.VOICEMAIL]
    assert known.is_confirmed
    assert known.answered_ms is not None
    assert 2000 <= known.answered_ms < 3000


class Says(Answering):
    """Guesses what it was told to, by frame."""

    def __init__(self, guesses: dict[int, Label]):
        super().__init__(TREES)
        self._guesses, self._count = guesses, 0

    def feed(self, sound: NDArray[np.float32], level: float) -> Guess | None:
        self._count += 1
        label = self._guesses.get(self._count)
        return None if label is None else Guess(label, "test", 0.9, 0.9)


def test_what_was_taken_for_a_machine_stays_one_and_its_beep_is_news():
    guesses = {10: Label.HUMAN, 20: Label.MACHINE, 30: Label.HUMAN, 40: Label.BEEP, 50: Label.MACHINE}
    on = LineListener(Phase.ANSWERED, INDEX, PLANS, Says(guesses))
    said = heard(on, on_a_line(silence(1400), 3))
    assert [each.label for each in said] == [Label.HUMAN, Label.MACHINE, Label.BEEP]


def test_half_a_minute_after_the_answer_it_has_heard_enough():
    on = listener()
    heard(on, silence(1000))
    on.answered()
    heard(on, silence(30_000))
    assert not on.has_heard_enough
    heard(on, silence(20))
    assert on.has_heard_enough


@pytest.mark.parametrize("lost", [False, True])
def test_frames_that_were_lost_are_time_and_not_heard(lost: bool):
    on = listener()
    for frame in frames(silence(1000)):
        on.feed(frame, lost=lost)
    last = on.finish()
    assert (last.at_ms, last.heard_ms) == (1000, 0 if lost else 1000)


def test_without_trees_nobody_is_guessed():
    on = LineListener(Phase.ANSWERED, INDEX, PLANS)
    assert heard(on, speech(91, 4.0)) == []


def test_what_was_heard_before_the_answer_and_not_known_is_left_to_be_named():
    on = listener()
    heard(on, cat(silence(500), speech(70, 4.0)))
    unknown = on.unknown_sound()
    assert unknown is not None
    assert np.array_equal(unknown, speech(70, 4.0)[: len(unknown)])
    on.answered()
    heard(on, speech(71, 4.0))
    after = on.unknown_sound()
    assert after is not None
    assert len(after) == len(unknown), "what is said after the answer is nobody's to name"


def test_a_known_recording_a_tone_and_an_answer_leave_nothing_to_be_named():
    known, rings, answered = listener(), listener(), LineListener(Phase.ANSWERED, INDEX, PLANS)
    heard(known, EMPTY)
    assert known.recognised == {"cm/empty"}
    heard(rings, cat(*[tone(1000, 450), silence(4000)] * 2, tone(1000, 450), silence(500)))
    assert rings.finish().label is Label.RINGBACK
    heard(answered, speech(72, 4.0))
    assert [one.unknown_sound() for one in (known, rings, answered)] == [None] * 3
    assert (rings.recognised, answered.recognised) == (set(), set())


def test_an_announcement_after_a_ringing_tone_is_left_without_it():
    on = listener()
    heard(on, cat(*[tone(1000, 450), silence(4000)] * 2, speech(73, 4.0)))
    unknown = on.unknown_sound()
    assert unknown is not None
    assert len(unknown) < 5 * RATE_HZ
