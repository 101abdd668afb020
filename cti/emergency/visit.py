"""What the channel itself says about a call: who, to which number, since when; cleaned, since a trunk wrote it."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from cti.emergency.spool import EmergencyMessage, Kind

LANGUAGES = ("zh", "en")
# One call has one record, whoever writes it: the name is made from the call's id.
RECORDS = uuid.UUID("b5f2f1c0-6d0c-4f0e-9a55-3b8d2a7c9e10")


class Channel(Protocol):
    """What is read of pyst2's `asterisk.agi.AGI`."""

    env: dict[str, str]

    def get_variable(self, name: str) -> str:
        """Return a channel variable, or an empty string."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One call; `caller_number` is None when it was withheld."""

    message_id: str
    call_id: str
    arrived_at: datetime
    caller_number: str | None
    dialed: str
    language: str

    def record(self, kind: Kind, now: datetime) -> EmergencyMessage:
        """Return what is written when nothing more is known."""
        return EmergencyMessage(
            message_id=self.message_id,
            call_id=self.call_id,
            kind=kind,
            arrived_at=self.arrived_at,
            left_at=now,
            caller_number=self.caller_number,
            dialed=self.dialed,
            callback_number=None,
            language=self.language,
        )


def read_visit(channel: Channel, now: datetime, new_id: str) -> Visit:
    """Ask the channel; a call that the dialplan gave no id has the record's, `new_id`."""
    call_id = re.sub(r"[^0-9a-zA-Z.-]", "", channel.get_variable("CALLROOM_CALL_ID"))[:64]
    return Visit(
        message_id=uuid.uuid5(RECORDS, call_id).hex if call_id else new_id,
        call_id=call_id or new_id,
        arrived_at=read_moment(channel, "CALLROOM_ARRIVED_AT") or now,
        caller_number=_caller(channel),
        dialed=re.sub(r"[^0-9+]", "", channel.get_variable("CALLROOM_DIALED"))[:20],
        language="en" if channel.env.get("agi_language", "").startswith("en") else "zh",
    )


def read_moment(channel: Channel, name: str) -> datetime | None:
    """Read a variable that holds seconds since 1970; None for anything else."""
    try:
        return datetime.fromtimestamp(float(channel.get_variable(name)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _caller(channel: Channel) -> str | None:
    # Bits 5 and 6 of the presentation are not 0 when the number is withheld or not known (Q.951).
    presentation = channel.env.get("agi_callingpres", "0")
    number = channel.env.get("agi_callerid", "")
    if presentation.isdigit() and int(presentation) & 0x60:
        return None
    return number if re.fullmatch(r"\+?[0-9]{1,20}", number) else None
