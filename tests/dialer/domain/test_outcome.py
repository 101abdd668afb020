from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialer.domain.outcome import AttemptEnd, Course, Outcome, outcome, weighed, weighed_answer
from dialer.domain.verdict import Finding, Signalling, Verdict

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


BUSY = Course(None, None, None, after(3), Signalling(486, 17), 2.0)
ANSWERED = replace(BUSY, rang_at=after(1), answered_at=after(5), ended_at=after(60), signalling=Signalling(None, 16))


def came(course: Course) -> tuple[AttemptEnd, Verdict, bool]:
    found: Outcome = outcome(course)
    return found.state, found.finding.verdict, found.abandoned


def test_without_an_answer_the_signalling_says_who_was_there() -> None:
    assert came(BUSY) == (AttemptEnd.FAILED, Verdict.BUSY, False)


@pytest.mark.parametrize(("waited_s", "late"), [(0.4, False), (1.94, False), (1.96, True), (3.0, True)])
def test_who_is_connected_was_a_person_and_abandoned_if_too_late(waited_s: float, late: bool) -> None:
    course = replace(ANSWERED, connected_at=after(5 + waited_s))
    assert came(course) == (AttemptEnd.REACHED, Verdict.HUMAN, late)


def test_for_whom_nobody_came_in_time_was_abandoned() -> None:
    assert came(replace(ANSWERED, ended_at=after(9))) == (AttemptEnd.ABANDONED, Verdict.ABANDONED, True)


def test_who_hung_up_before_the_time_was_not_abandoned() -> None:
    assert came(replace(ANSWERED, ended_at=after(5.8))) == (AttemptEnd.FAILED, Verdict.REJECTED, False)


def test_what_nobody_saw_is_lost_and_no_verdict_on_the_number() -> None:
    assert came(replace(BUSY, is_lost=True)) == (AttemptEnd.UNKNOWN, Verdict.LOST, False)
    answered = (AttemptEnd.UNKNOWN, Verdict.LOST, True)
    assert came(replace(ANSWERED, is_lost=True)) == answered, "they answered, and nobody of ours was there"
    talked = replace(ANSWERED, connected_at=after(6), is_lost=True)
    assert came(talked) == (AttemptEnd.REACHED, Verdict.HUMAN, False), "that they talked was seen"


def test_what_is_as_sure_by_ear_goes_before_the_signal() -> None:
    signalled, heard = Finding(Verdict.POWERED_OFF, 0.6, "sip 480"), Finding(Verdict.UNALLOCATED, 0.9, "heard")
    assert weighed(signalled, heard) is heard
    assert weighed(signalled, None) is signalled
    certain = Finding(Verdict.BUSY, 0.95, "sip 486")
    assert weighed(certain, heard) is certain


def test_a_talk_that_was_found_after_a_restart_was_a_talk() -> None:
    course = replace(ANSWERED, answered_at=None, connected_at=after(7))
    assert came(course) == (AttemptEnd.REACHED, Verdict.HUMAN, False)


def test_where_nobody_was_promised_nobody_is_abandoned() -> None:
    message = replace(ANSWERED, promised=False)
    assert came(message) == (AttemptEnd.REACHED, Verdict.HUMAN, False)
    assert came(replace(message, is_lost=True)) == (AttemptEnd.UNKNOWN, Verdict.LOST, False)


GUESSED, KNOWN = Finding(Verdict.MACHINE, 0.85, "trees"), Finding(Verdict.VOICEMAIL, 0.95, "a known greeting")
TALKED = Outcome(AttemptEnd.REACHED, Finding(Verdict.HUMAN, 0.9, "connected"))
LATE = Outcome(AttemptEnd.ABANDONED, Finding(Verdict.ABANDONED, 1.0, "no agent"), abandoned=True)


@pytest.mark.parametrize("result", [TALKED, LATE])
def test_a_guess_changes_nothing_unless_the_call_was_ended_by_it(result: Outcome) -> None:
    assert weighed_answer(result, None, is_ended_by_it=False) == result
    assert weighed_answer(result, GUESSED, is_ended_by_it=False) == result
    ended = weighed_answer(result, GUESSED, is_ended_by_it=True)
    assert (ended.finding, ended.abandoned) == (GUESSED, False)


def test_what_is_known_to_be_a_machine_was_nobody_who_could_be_abandoned() -> None:
    assert weighed_answer(TALKED, KNOWN, is_ended_by_it=False) == Outcome(AttemptEnd.REACHED, KNOWN)
    assert weighed_answer(LATE, KNOWN, is_ended_by_it=False) == Outcome(AttemptEnd.FAILED, KNOWN)
