"""The life of one supervisor's ear in a talk, as a table.

Rule 1: every transition is in SUPERVISION_TRANSITIONS; nothing else assigns `Supervision.state`.
Rule 2: this file knows no leg of the switch; `cti.domain.rooms` brings the supervisor where they shall be.

    RINGING ──► LISTENING ◄──► WHISPERING ◄──► BARGED          any of the three to any other, without a new call
       │            └──────────────┴─────────────┴──► TAKING_OVER ──► the talk's own agent
       └► ENDED from anywhere
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.errors import UnexpectedEvent


class Mode(StrEnum):
    """What the supervisor wants."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    TAKE_OVER = "take_over"


class SupervisionState(StrEnum):
    """Where the supervisor is; who takes over is in the customer's room until the agent has left it."""

    RINGING = "ringing"
    LISTENING = "listening"
    WHISPERING = "whispering"
    BARGED = "barged"
    TAKING_OVER = "taking_over"
    ENDED = "ended"


class SupervisionEnd(StrEnum):
    """Why it is over."""

    LEFT = "left"
    NOT_ANSWERED = "not_answered"
    TALK_ENDED = "talk_ended"
    TOOK_OVER = "took_over"
    PAGE_LOST = "page_lost"


class SupervisionStep(StrEnum):
    """What can happen; the first four are the modes."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    TAKE_OVER = "take_over"
    ENDED = "ended"


_ANY_MODE = {
    SupervisionStep.LISTEN: SupervisionState.LISTENING,
    SupervisionStep.WHISPER: SupervisionState.WHISPERING,
    SupervisionStep.BARGE: SupervisionState.BARGED,
    SupervisionStep.TAKE_OVER: SupervisionState.TAKING_OVER,
    SupervisionStep.ENDED: SupervisionState.ENDED,
}
SUPERVISION_TRANSITIONS: dict[SupervisionState, dict[SupervisionStep, SupervisionState]] = {
    SupervisionState.RINGING: _ANY_MODE,
    SupervisionState.LISTENING: _ANY_MODE,
    SupervisionState.WHISPERING: _ANY_MODE,
    SupervisionState.BARGED: _ANY_MODE,
    SupervisionState.TAKING_OVER: {SupervisionStep.ENDED: SupervisionState.ENDED},
    SupervisionState.ENDED: {},
}


@dataclass(slots=True)
class Supervision:
    """`supervisor_id` attends the talk of `agent_id` by the leg `leg_id`.

    `mode` is what was asked for last, also while the phone still rings. `spies_on` is the agent's leg that the switch
    said to be listened to, and how; "" while it is none.
    """

    supervision_id: str
    supervisor_id: int
    agent_id: int
    leg_id: str
    node: str
    begun_at: datetime
    mode: Mode
    state: SupervisionState = SupervisionState.RINGING
    answered_at: datetime | None = None
    spies_on: str = ""

    def take(self, step: SupervisionStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = SUPERVISION_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    def can(self, step: SupervisionStep) -> bool:
        """Whether the table has a row for it now."""
        return step in SUPERVISION_TRANSITIONS[self.state]

    @property
    def is_up(self) -> bool:
        """The supervisor's phone was answered, and is still there."""
        return self.state not in (SupervisionState.RINGING, SupervisionState.ENDED)

    @property
    def is_in_room(self) -> bool:
        """The customer hears them."""
        return self.state in (SupervisionState.BARGED, SupervisionState.TAKING_OVER)
