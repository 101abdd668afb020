"""What is done about what is heard: nobody is hung up on by a doubt, and nothing by sound alone before two seconds."""

from dataclasses import replace

import pytest

from dialer.domain.verdict import Finding, Verdict
from dialer.domain.who_answered import (
    ACTS_FROM_S,
    BEEP_RATIO,
    GUESS_MOST_RATIO,
    NOBODY_COMES,
    HeardSign,
    LineStep,
    LineWatch,
    MachineRule,
)


def sign(
    verdict: Verdict | None, confidence: float = 0.95, at_s: float | None = None, *, known: bool = True
) -> HeardSign:
    finding = None if verdict is None else Finding(verdict, confidence, f"heard: {verdict}")
    return HeardSign(finding, is_known=known, since_answer_s=at_s)


def beep(at_s: float) -> HeardSign:
    return HeardSign(None, is_beep=True, since_answer_s=at_s)


GUESS = sign(Verdict.MACHINE, 0.99, 2.0, known=False)
MAILBOX = sign(Verdict.VOICEMAIL, 0.95, 1.4)


@pytest.mark.parametrize("rule", MachineRule)
@pytest.mark.parametrize("verdict", sorted(NOBODY_COMES))
def test_a_known_announcement_ends_a_call_that_nobody_will_answer_once(verdict: Verdict, rule: MachineRule) -> None:
    watch = LineWatch(rule)
    assert watch.hear(sign(None)) is None, "an announcement, and which one is not sure"
    assert watch.hear(sign(verdict)) is LineStep.DROP
    assert watch.hear(sign(verdict)) is None
    found = watch.finding(answered=False)
    assert found is not None
    assert found.verdict is verdict


def test_a_doubt_ends_nothing_and_is_kept() -> None:
    watch = LineWatch(MachineRule.HANG_UP)
    assert watch.hear(sign(Verdict.BUSY, known=False)) is None, "a busy tone is heard in music, too"
    assert watch.finding(answered=False) == Finding(Verdict.BUSY, 0.95, "heard: busy")


@pytest.mark.parametrize("verdict", [Verdict.NO_ANSWER, Verdict.VOICEMAIL, Verdict.SCREENING])
def test_what_may_still_be_answered_or_has_to_ring_goes_on(verdict: Verdict) -> None:
    assert LineWatch(MachineRule.HANG_UP).hear(sign(verdict)) is None


def test_with_the_answer_what_was_before_says_nothing() -> None:
    watch = LineWatch(MachineRule.CONNECT)
    watch.hear(sign(Verdict.BUSY))
    assert watch.finding(answered=True) is None


def test_who_does_not_listen_does_nothing() -> None:
    watch = LineWatch(MachineRule.OFF)
    assert (watch.listens_on, LineWatch(MachineRule.CONNECT).listens_on) == (False, True)
    assert watch.hear(GUESS) is None
    assert watch.finding(answered=True) is None


def test_by_default_the_agent_is_told_and_nobody_is_hung_up_on() -> None:
    watch = LineWatch(MachineRule.CONNECT)
    assert watch.hear(GUESS) is LineStep.TELL
    assert [watch.hear(each) for each in (beep(6.0), replace(MAILBOX, since_answer_s=9.0))] == [None, None]


@pytest.mark.parametrize("rule", [MachineRule.HANG_UP, MachineRule.MESSAGE])
def test_nothing_is_ended_by_sound_alone_before_two_seconds(rule: MachineRule) -> None:
    watch = LineWatch(rule)
    assert watch.hear(MAILBOX) is LineStep.TELL
    later = watch.hear(replace(MAILBOX, since_answer_s=ACTS_FROM_S))
    assert later is (LineStep.HANG_UP if rule is MachineRule.HANG_UP else LineStep.AWAIT_BEEP)


@pytest.mark.parametrize(
    ("rule", "step"),
    [
        (MachineRule.CONNECT, LineStep.TELL),
        (MachineRule.HANG_UP, LineStep.HANG_UP),
        (MachineRule.MESSAGE, LineStep.AWAIT_BEEP),
    ],
)
def test_what_its_rule_does_as_soon_as_it_may_is_known_before(rule: MachineRule, step: LineStep) -> None:
    watch = LineWatch(rule)
    assert watch.in_time is LineStep.TELL, "nothing was heard yet"
    watch.hear(MAILBOX)
    assert watch.in_time is step


@pytest.mark.parametrize("verdict", [Verdict.HUMAN, Verdict.SCREENING, Verdict.SILENCE])
@pytest.mark.parametrize("rule", MachineRule)
def test_a_person_is_never_hung_up_on(verdict: Verdict, rule: MachineRule) -> None:
    watch = LineWatch(rule)
    assert [watch.hear(each) for each in (sign(None, at_s=1.0), sign(verdict, at_s=3.0), beep(4.0))] == [None] * 3
    assert watch.finding(answered=True) is None


def test_a_message_is_left_at_the_beep() -> None:
    watch = LineWatch(MachineRule.MESSAGE)
    assert [watch.hear(each) for each in (GUESS, beep(7.0), beep(9.0))] == [
        LineStep.AWAIT_BEEP,
        LineStep.LEAVE_MESSAGE,
        None,
    ]


def test_a_beep_before_anybody_knew_counts_for_the_message() -> None:
    watch = LineWatch(MachineRule.MESSAGE)
    assert [watch.hear(each) for each in (beep(1.6), GUESS)] == [None, LineStep.LEAVE_MESSAGE]


@pytest.mark.parametrize("verdict", [Verdict.FAX, Verdict.UNALLOCATED])
def test_where_nobody_listens_to_a_message_none_is_left(verdict: Verdict) -> None:
    assert LineWatch(MachineRule.MESSAGE).hear(sign(verdict, at_s=2.5)) is LineStep.HANG_UP


def test_an_announcement_after_the_answer_has_to_be_known() -> None:
    assert LineWatch(MachineRule.HANG_UP).hear(sign(Verdict.BUSY, at_s=3.0, known=False)) is None


def test_a_guess_is_worth_less_than_a_known_recording_or_a_beep_after_it() -> None:
    watch = LineWatch(MachineRule.CONNECT)
    watch.hear(GUESS)
    assert watch.finding(answered=True) == Finding(Verdict.MACHINE, GUESS_MOST_RATIO, "heard: machine")
    watch.hear(beep(5.0))
    assert watch.finding(answered=True) == Finding(Verdict.MACHINE, BEEP_RATIO, "heard: machine, then a beep")
    watch.hear(replace(MAILBOX, since_answer_s=6.0))
    found = watch.finding(answered=True)
    assert found == Finding(Verdict.VOICEMAIL, 0.95, "heard: voicemail")
    watch.hear(GUESS)
    assert watch.finding(answered=True) == found
