"""The life of one dialing of one number, as a table.

Rule 1: every transition is in ATTEMPT_TRANSITIONS; nothing else assigns `Attempt.state`.
Rule 2: an attempt is PLANNED in the database before it is SENT to the switch, and its id is the channel's id. After a
crash one that may have been sent is UNKNOWN until it was looked up; it is never sent again: a retry is a new attempt.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.errors import UnexpectedStep


class AttemptState(StrEnum):
    """Where a dialing is; the last four are its possible ends."""

    PLANNED = "planned"
    SENT = "sent"
    RINGING = "ringing"
    ANSWERED = "answered"
    CONNECTED = "connected"
    UNKNOWN = "unknown"
    REACHED = "reached"
    FAILED = "failed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


class AttemptStep(StrEnum):
    """What can happen to a dialing."""

    SENT = "sent"
    RANG = "rang"
    ANSWERED = "answered"
    JOINED_AGENT = "joined_agent"
    ENDED = "ended"
    LOST_TRACK = "lost_track"
    CANCELLED = "cancelled"


_ENDS = (AttemptState.REACHED, AttemptState.FAILED, AttemptState.ABANDONED, AttemptState.CANCELLED)

ATTEMPT_TRANSITIONS: dict[AttemptState, dict[AttemptStep, AttemptState]] = {
    AttemptState.PLANNED: {
        AttemptStep.SENT: AttemptState.SENT,
        AttemptStep.CANCELLED: AttemptState.CANCELLED,
    },
    AttemptState.SENT: {
        AttemptStep.RANG: AttemptState.RINGING,
        AttemptStep.ANSWERED: AttemptState.ANSWERED,
        AttemptStep.ENDED: AttemptState.FAILED,
        AttemptStep.LOST_TRACK: AttemptState.UNKNOWN,
        AttemptStep.CANCELLED: AttemptState.CANCELLED,
    },
    AttemptState.RINGING: {
        AttemptStep.ANSWERED: AttemptState.ANSWERED,
        AttemptStep.ENDED: AttemptState.FAILED,
        AttemptStep.LOST_TRACK: AttemptState.UNKNOWN,
        AttemptStep.CANCELLED: AttemptState.CANCELLED,
    },
    # Answered and gone before a person could speak to them: the abandoned call that the law counts.
    AttemptState.ANSWERED: {
        AttemptStep.JOINED_AGENT: AttemptState.CONNECTED,
        AttemptStep.ENDED: AttemptState.ABANDONED,
        AttemptStep.LOST_TRACK: AttemptState.UNKNOWN,
    },
    AttemptState.CONNECTED: {
        AttemptStep.ENDED: AttemptState.REACHED,
        AttemptStep.LOST_TRACK: AttemptState.UNKNOWN,
    },
    AttemptState.UNKNOWN: {
        AttemptStep.RANG: AttemptState.RINGING,
        AttemptStep.ANSWERED: AttemptState.ANSWERED,
        AttemptStep.JOINED_AGENT: AttemptState.CONNECTED,
        AttemptStep.ENDED: AttemptState.FAILED,
    },
    **{state: {} for state in _ENDS},
}


@dataclass(slots=True)
class Attempt:
    """One dialing; `attempt_id` is also the channel's id at the switch."""

    attempt_id: str
    campaign_id: int
    state: AttemptState = AttemptState.PLANNED

    def take(self, step: AttemptStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = ATTEMPT_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedStep(self.state, step) from None

    @property
    def is_over(self) -> bool:
        """It has its result; whether to try again is a new attempt's question."""
        return self.state in _ENDS
