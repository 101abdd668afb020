import pytest

from dialer.domain.verdict import Verdict
from dialer.listening.words import Evidence, Label, LineVerdict


def said(label: Label, confidence: float = 0.97) -> LineVerdict:
    return LineVerdict(label, confidence, True, 1200, 1200, (Evidence("fingerprint", "cm-empty", 0.61, 0.3),))


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        (Label.EMPTY, Verdict.UNALLOCATED),
        (Label.CHANGED, Verdict.NUMBER_CHANGED),
        (Label.OFF, Verdict.POWERED_OFF),
        (Label.SIT_REORDER, Verdict.CONGESTION),
        (Label.FAX, Verdict.FAX),
        (Label.MACHINE, Verdict.MACHINE),
    ],
)
def test_what_is_heard_is_a_finding_with_its_evidence(label: Label, verdict: Verdict):
    finding = said(label).finding()
    assert finding is not None
    assert finding.verdict is verdict
    assert finding.evidence == "heard: fingerprint cm-empty 0.61"


def test_one_hearing_alone_is_never_the_certain_sign_that_a_number_is_dead():
    for label in (Label.EMPTY, Label.CHANGED, Label.SIT_INTERCEPT, Label.SIT_VACANT):
        finding = said(label, 1.0).finding()
        assert finding is not None
        assert finding.confidence_ratio == 0.9
    busy = said(Label.TONE_BUSY, 1.0).finding()
    assert busy is not None
    assert busy.confidence_ratio == 1.0


@pytest.mark.parametrize("label", [Label.RINGBACK, Label.MUSIC, Label.ANNOUNCEMENT, Label.UNKNOWN, Label.BEEP])
def test_what_says_nothing_of_the_number_is_no_finding(label: Label):
    assert said(label).finding() is None


@pytest.mark.parametrize(
    ("label", "final", "known"),
    [
        (Label.EMPTY, True, False),
        (Label.EMPTY, False, False),
        (Label.SIT_VACANT, True, True),
        (Label.FAX, True, True),
        (Label.TONE_BUSY, True, False),
        (Label.MACHINE, False, False),
    ],
)
def test_beyond_doubt_are_recordings_and_tones_that_nothing_else_sounds_like(label: Label, final: bool, known: bool):
    sign = LineVerdict(label, 0.95, final, 1200, 1200).sign()
    assert (sign.is_known, sign.is_beep, sign.since_answer_s) == (known, False, None)
    assert sign.finding == LineVerdict(label, 0.95, final, 1200, 1200).finding()


def test_a_beep_says_when_it_was_heard_and_of_nobody_who_is_there():
    sign = LineVerdict(Label.BEEP, 0.9, False, 5200, 5200, answered_ms=3200).sign()
    assert (sign.finding, sign.is_beep, sign.since_answer_s) == (None, True, 3.2)


def test_a_known_recording_is_beyond_doubt_when_it_is_confirmed():
    assert LineVerdict(Label.EMPTY, 0.95, True, 2200, 2200, is_confirmed=True).sign().is_known
