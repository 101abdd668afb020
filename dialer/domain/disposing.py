"""What an agent said of a campaign's call, and what it means for the lead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dialer.domain.verdict import Verdict
from dialer.domain.who_answered import MACHINES

AGAIN_WITHOUT_TIME = timedelta(days=1)
"""They are to be called again, and nobody said when."""
_SUCCESS, _CALLBACK = "success", "callback"
BY_WORD = (_SUCCESS, _CALLBACK)
"""Why a lead is as an agent's word made it, where another can take that back; who asked never to be called stays."""


class Meaning(StrEnum):
    """What a disposition of a campaign may mean."""

    NOTHING = ""
    SUCCESS = "success"
    CALLBACK = "callback"
    NEVER = "never"
    NOT_A_PERSON = "not_a_person"


class Fate(StrEnum):
    """What becomes of a lead."""

    AS_IT_IS = "as_it_is"
    DONE = "done"
    BARRED = "barred"
    AGAIN = "again"
    BY_RULE = "by_rule"
    """As the retry rules say for a machine."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """`at` with AGAIN: not before; `for_user_id` whom they wait for."""

    fate: Fate
    why: str = ""
    at: datetime | None = None
    for_user_id: int | None = None


def machine_verdict(*heard: str | None) -> Verdict:
    """Return of which kind the machine was that an agent met: as the first of these words says that is a machine's."""
    kinds = (Verdict(word) for word in heard if word in tuple(MACHINES))
    return next(kinds, Verdict.MACHINE)


def consequence(meaning: Meaning, now: datetime, again_at: datetime | None, again_for: int | None) -> Consequence:
    """Return what it means for the lead."""
    match meaning:
        case Meaning.SUCCESS:
            return Consequence(Fate.DONE, _SUCCESS)
        case Meaning.NEVER:
            return Consequence(Fate.BARRED, "asked_not_to")
        case Meaning.CALLBACK:
            return Consequence(Fate.AGAIN, _CALLBACK, again_at or now + AGAIN_WITHOUT_TIME, again_for)
        case Meaning.NOT_A_PERSON:
            return Consequence(Fate.BY_RULE)
        case _:
            return Consequence(Fate.AS_IT_IS)
