"""What somebody wants who answered a machine of ours, by the last key that they pressed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from dialer.domain.disposing import Consequence, Fate


class KeyMeaning(StrEnum):
    """What a key may mean for the lead; what is said after it is the flow's."""

    LATER = "later"
    REMOVE = "remove"
    REMOVE_EVERYWHERE = "remove_everywhere"


def wish(keys: str, meanings: Mapping[str, str]) -> KeyMeaning | None:
    """Return what the last key that means something means."""
    for key in reversed(keys):
        if meanings.get(key):
            return KeyMeaning(meanings[key])
    return None


def consequence_of(wanted: KeyMeaning | None, ended_at: datetime, later: timedelta) -> Consequence:
    """Return what it means for the lead; who pressed nothing that means something is done with."""
    match wanted:
        case KeyMeaning.LATER:
            return Consequence(Fate.AGAIN, "callback", ended_at + later)
        case KeyMeaning.REMOVE | KeyMeaning.REMOVE_EVERYWHERE:
            return Consequence(Fate.BARRED, "asked_not_to")
        case _:
            return Consequence(Fate.AS_IT_IS)
