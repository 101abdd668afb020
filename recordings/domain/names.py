"""From a recording's id to its place: made by the server, free of anything a person typed."""

import re
from datetime import UTC, datetime

from recordings.errors import NotARecordingId

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def checked_id(recording_id: str) -> str:
    """Return the id unchanged; raise NotARecordingId for anything but a UUID in lower case."""
    if _ID.fullmatch(recording_id) is None:
        raise NotARecordingId
    return recording_id


def incoming_name(recording_id: str) -> str:
    """Return the file that the switch writes: 8 kHz, 16 bit, two interleaved channels, no header."""
    return f"{checked_id(recording_id)}.raw"


def published_name(recording_id: str, started_at: datetime) -> str:
    """Return `YYYY/MM/<id>.ogg`, by the UTC month in which the recording began."""
    return f"{started_at.astimezone(UTC):%Y/%m}/{checked_id(recording_id)}.ogg"


def peaks_name(published: str) -> str:
    """Return the name of the waveform beside a published file."""
    return f"{published.removesuffix('.ogg')}.peaks.json"
