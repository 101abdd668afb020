"""What came of an attempt: its end, who was there, and by which signs.

A person who hung up before the campaign's time was over was not abandoned: nobody had let them wait too long
(16 CFR 310.4(b)(4)(iii) counts who is not connected within two seconds).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialer.domain.verdict import Finding, Signalling, Verdict, read
from dialer.domain.who_answered import SURE_RATIO

_LATE_BY_S = 0.05
"""Between our clock at the answer and at the end of the wait: who waited until then has waited."""


class AttemptEnd(StrEnum):
    """What an attempt came to; how far it is until then is the diary's affair (`crm_core.attempts`)."""

    REACHED = "reached"
    FAILED = "failed"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"
    """Nobody saw its end; it is never sent again: a retry is a new attempt."""


@dataclass(frozen=True, slots=True)
class Course:
    """How an attempt went; times are None until they were. `is_lost`: nobody saw how it ended.

    `promised`: whoever answers is to have an agent; where a machine of ours speaks, nobody can be abandoned.
    """

    rang_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime
    signalling: Signalling
    connect_within_s: float
    is_lost: bool = False
    promised: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of the attempt; `abandoned`: it counts against the limit, whether they were connected later or not."""

    state: AttemptEnd
    finding: Finding
    abandoned: bool = False


def weighed(signalled: Finding, heard: Finding | None) -> Finding:
    """Return the finding that counts of a number that nobody answered: what is as sure by ear goes before the signal.

    Networks that announce why a number cannot be reached often clear the line with a cause that says something else.
    """
    return heard if heard is not None and heard.confidence_ratio >= signalled.confidence_ratio else signalled


def weighed_answer(result: Outcome, heard: Finding | None, *, is_ended_by_it: bool) -> Outcome:
    """Return what counts of a number that was answered: a machine, where what was heard is sure, or the call was ended.

    Nobody is abandoned then. What is only likely stays beside it, as evidence.
    """
    if heard is None or not (is_ended_by_it or heard.confidence_ratio >= SURE_RATIO):
        return result
    return Outcome(AttemptEnd.REACHED if result.state is AttemptEnd.REACHED else AttemptEnd.FAILED, heard)


def outcome(course: Course) -> Outcome:
    """Return what is to be written down."""
    answered_at = course.answered_at or course.connected_at
    if answered_at is None:
        if course.is_lost:
            return Outcome(AttemptEnd.UNKNOWN, Finding(Verdict.LOST, 1.0, "nobody saw its end"))
        return Outcome(AttemptEnd.FAILED, read(course.signalling))
    return _answered(course, answered_at)


def _answered(course: Course, answered_at: datetime) -> Outcome:
    if not course.promised and not course.is_lost:
        found = Finding(Verdict.HUMAN, 0.5, f"listened for {(course.ended_at - answered_at).total_seconds():.1f} s")
        return Outcome(AttemptEnd.REACHED, found)
    waited_s = ((course.connected_at or course.ended_at) - answered_at).total_seconds()
    is_late = waited_s >= course.connect_within_s - _LATE_BY_S
    if course.connected_at is not None:
        sign = f"connected after {waited_s:.2f} s"
        return Outcome(AttemptEnd.REACHED, Finding(Verdict.HUMAN, 0.9, sign), abandoned=is_late)
    if course.is_lost:
        found = Finding(Verdict.LOST, 1.0, "answered; nobody saw its end")
        return Outcome(AttemptEnd.UNKNOWN, found, abandoned=course.promised)  # and nobody of ours was there
    if is_late:
        found = Finding(Verdict.ABANDONED, 1.0, f"no agent within {waited_s:.2f} s")
        return Outcome(AttemptEnd.ABANDONED, found, abandoned=True)
    return Outcome(AttemptEnd.FAILED, Finding(Verdict.REJECTED, 0.6, f"hung up {waited_s:.2f} s after the answer"))
