"""What somebody wants who answered a machine of ours, by the last key that they pressed, and whether they got it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from cti.domain.values import EndReason
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


class Served(StrEnum):
    """What became of who asked for an agent; the first three of them are lost to the campaign."""

    LOST_WAITING = "lost_waiting"
    LOST_RINGING = "lost_ringing"
    LOST_NOBODY = "lost_nobody"
    AGENT = "agent"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"


_SERVED = {
    EndReason.ABANDONED_IN_QUEUE.value: Served.LOST_WAITING,
    EndReason.ABANDONED_RINGING.value: Served.LOST_RINGING,
    EndReason.VOICEMAIL.value: Served.VOICEMAIL,
    EndReason.CALLBACK.value: Served.CALLBACK,
}


def served(end_reason: str | None) -> Served:
    """Return what it means for who asked for an agent that their call ended so, and not with one."""
    return _SERVED.get(end_reason or "", Served.LOST_NOBODY)


def consequence_of(
    wanted: KeyMeaning | None, ended_at: datetime, later: timedelta, *, talked: bool = False
) -> Consequence:
    """Return what it means for the lead; who pressed nothing that means something is done with.

    Who `talked` with an agent after all is not called later for the key that they had pressed before.
    """
    match wanted:
        case KeyMeaning.LATER if not talked:
            return Consequence(Fate.AGAIN, "callback", ended_at + later)
        case KeyMeaning.REMOVE | KeyMeaning.REMOVE_EVERYWHERE:
            return Consequence(Fate.BARRED, "asked_not_to")
        case _:
            return Consequence(Fate.AS_IT_IS)
