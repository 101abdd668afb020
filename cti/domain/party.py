"""The life of one more person in a call, besides customer and agent, as a table.

Rule 1: every transition is in PARTY_TRANSITIONS; nothing else assigns `Party.state`.
Rule 2: this file knows no room of the switch; `cti.domain.rooms` brings together who shall be.

    RINGING ──► CONSULTED ◄──► ASIDE          private with the agent ◄──► music
                    │   ▲        │
                    └───┴─► IN_ROOM ◄─┘       with the customer, the agent there or not; gone from anywhere
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.errors import UnexpectedEvent


class PartyState(StrEnum):
    """Where the invited person is."""

    RINGING = "ringing"
    CONSULTED = "consulted"
    ASIDE = "aside"
    IN_ROOM = "in_room"
    GONE = "gone"


class PartyStep(StrEnum):
    """What can happen to them."""

    ANSWERED = "answered"
    PUT_ASIDE = "put_aside"
    CONSULTED = "consulted"
    BROUGHT_IN = "brought_in"
    LEFT = "left"


class PartyResult(StrEnum):
    """How it ended with them: they talked, or why not."""

    TALKED = "talked"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"


PARTY_TRANSITIONS: dict[PartyState, dict[PartyStep, PartyState]] = {
    PartyState.RINGING: {
        PartyStep.ANSWERED: PartyState.CONSULTED,
        PartyStep.LEFT: PartyState.GONE,
    },
    PartyState.CONSULTED: {
        PartyStep.PUT_ASIDE: PartyState.ASIDE,
        PartyStep.BROUGHT_IN: PartyState.IN_ROOM,
        PartyStep.LEFT: PartyState.GONE,
    },
    PartyState.ASIDE: {
        PartyStep.CONSULTED: PartyState.CONSULTED,
        PartyStep.BROUGHT_IN: PartyState.IN_ROOM,
        PartyStep.LEFT: PartyState.GONE,
    },
    PartyState.IN_ROOM: {
        PartyStep.CONSULTED: PartyState.CONSULTED,
        PartyStep.LEFT: PartyState.GONE,
    },
    PartyState.GONE: {},
}


@dataclass(slots=True)
class Party:
    """An agent (`agent_id`) or somebody outside (`number`) whom `invited_by` asked to join.

    `leg_id` is "" until the switch has made a leg to somebody outside.
    """

    party_id: str
    node: str
    invited_by: int
    invited_at: datetime
    agent_id: int | None = None
    number: str | None = None
    leg_id: str = ""
    state: PartyState = PartyState.RINGING
    answered_at: datetime | None = None
    cancelled: bool = False

    def take(self, step: PartyStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = PARTY_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    def can(self, step: PartyStep) -> bool:
        """Whether the table has a row for it now."""
        return step in PARTY_TRANSITIONS[self.state]

    @property
    def is_up(self) -> bool:
        """They answered and are there."""
        return self.state in (PartyState.CONSULTED, PartyState.ASIDE, PartyState.IN_ROOM)
