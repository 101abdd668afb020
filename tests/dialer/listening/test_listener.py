import pytest

from dialer.listening.answering import Answering
from dialer.listening.listener import LineListener
from dialer.listening.matching import Index, Known
from dialer.listening.shelf import shipped_plans, shipped_trees
from dialer.listening.sound import Samples
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
    (last,) = [each for each in said if each.is_final]
    assert last.label is Label.EMPTY
    (evidence,) = last.evidence
    assert (evidence.kind, evidence.ref) == ("fingerprint", "cm/empty")
    assert evidence.until_ms == last.at_ms
    assert last.at_ms < 400 + 2400
    assert on.finish() == last


def test_what_two_labels_share_is_a_stage_until_they_part():
    opening = speech(7, 2.0)
    first, second = cat(opening, speech(8, 2.5)), cat(opening, speech(9, 2.5))
    index = Index([Known("one", "empty", first), Known("two", "off", second)])
    said = heard(listener(index=index), second)
    assert [(each.label, each.is_final) for each in said] == [(Label.ANNOUNCEMENT, False), (Label.OFF, True)]


def test_ringing_is_told_once_and_what_follows_counts():
    said = heard(listener(), cat(tone(1000, 450), silence(4000), tone(1000, 450), silence(500), EMPTY))
    assert [each.label for each in said if each.label is not Label.ANNOUNCEMENT] == [Label.RINGBACK, Label.EMPTY]
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
