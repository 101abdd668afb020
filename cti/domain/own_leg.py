"""The life of an agent's persistent leg, as a table: called once, kept up through the shift, calls come and go on it.

Rule 1: every transition is in OWN_LEG_TRANSITIONS; nothing else assigns `OwnLeg.state`.
Rule 2: this file knows no call; `cti.domain.plugging` says which call's leg it plays.

    DOWN ──► RINGING ──► UP ──► LOST ──► RINGING …       DOWN: nobody wants it (signed out, or rung for each call)
                │         └► CLOSING ─┘                  CLOSING: told to end because nobody hears it any more
                └──────► LOST
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.domain.values import PAGE_PHONE, Phone
from cti.errors import UnexpectedEvent


class OwnLegState(StrEnum):
    """Where it is; the words of the screen."""

    DOWN = "down"
    RINGING = "ringing"
    UP = "up"
    CLOSING = "closing"
    LOST = "lost"


class OwnLegStep(StrEnum):
    """What can happen to it."""

    DIALED = "dialed"
    ANSWERED = "answered"
    FOUND = "found"
    CONDEMNED = "condemned"
    ENDED = "ended"
    RELEASED = "released"


_S, _T = OwnLegState, OwnLegStep
OWN_LEG_TRANSITIONS: dict[OwnLegState, dict[OwnLegStep, OwnLegState]] = {
    # FOUND: a leg of before a restart of Callroom is there already.
    _S.DOWN: {_T.DIALED: _S.RINGING, _T.FOUND: _S.UP, _T.RELEASED: _S.DOWN},
    _S.RINGING: {_T.ANSWERED: _S.UP, _T.ENDED: _S.LOST, _T.CONDEMNED: _S.CLOSING, _T.RELEASED: _S.DOWN},
    _S.UP: {_T.ENDED: _S.LOST, _T.CONDEMNED: _S.CLOSING, _T.RELEASED: _S.DOWN},
    _S.CLOSING: {_T.ENDED: _S.LOST, _T.RELEASED: _S.DOWN},
    _S.LOST: {_T.DIALED: _S.RINGING, _T.FOUND: _S.UP, _T.RELEASED: _S.DOWN},
}


@dataclass(slots=True)
class OwnLeg:
    """`tries` are those since it was up last; `phone` is what was called.

    `plays` is the leg of a call that it plays now; `is_heard`: the switch has brought it there.
    """

    state: OwnLegState = OwnLegState.DOWN
    leg_id: str = ""
    node: str = ""
    since: datetime | None = None
    tries: int = 0
    phone: Phone = PAGE_PHONE
    plays: str = ""
    is_heard: bool = False

    def can(self, step: OwnLegStep) -> bool:
        """Whether the step is one of this state's."""
        return step in OWN_LEG_TRANSITIONS[self.state]

    def take(self, step: OwnLegStep, now: datetime) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = OWN_LEG_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None
        self.since = now

    @property
    def is_up(self) -> bool:
        """Calls can be put on it."""
        return self.state is OwnLegState.UP
