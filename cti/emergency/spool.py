"""The folder between the emergency script and Callroom: who called while Callroom was away, and what they left.

The script writes, Callroom reads; neither knows whether the other runs. A record is a JSON file, complete from the
moment it has its name (written beside, flushed, renamed), its sound a WAV file that was put there before it.
"""

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Kind = Literal["callback", "voicemail", "gave_up", "answered", "gone"]
KINDS: tuple[Kind, ...] = ("callback", "voicemail", "gave_up", "answered", "gone")
FORMAT = 1
# 8 kHz, 16 bit: what is shorter than a second is a click and no message
SHORTEST_WAV_BYTES = 44 + 16_000
MAX_FILE_BYTES = 16_384
ID = re.compile(r"[0-9a-f]{32}")
NUMBER = re.compile(r"\+?[0-9]{1,20}")
INTERFACE = re.compile(r"[0-9a-zA-Z/@._-]{1,80}")


@dataclass(frozen=True, slots=True)
class EmergencyMessage:
    """One call without Callroom.

    The fallback led it to its end: somebody `answered` it (`answered_by` is app_queue's member), or the caller left a
    `callback` number or a `voicemail` (with `audio`), or `gave_up`. `gone`: left before, while Callroom was asked again
    and again. `caller_number` is None when it was withheld.
    """

    message_id: str
    call_id: str
    kind: Kind
    arrived_at: datetime
    left_at: datetime
    caller_number: str | None
    dialed: str
    callback_number: str | None
    language: str
    audio: Path | None = None
    answered_by: str | None = None
    talk_started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that was moved to the quarantine, and why."""

    path: Path
    reason: str


class MessageInvalid(ValueError):
    """What is wrong with a file in the spool."""


class Spool:
    """Reading is repeatable: a message stays until `done`, so a crash in between loses and doubles nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def quarantine(self) -> Path:
        """Where broken files go; nothing deletes them but a person."""
        return self.folder / "broken"

    def put(self, message: EmergencyMessage, recorded: Path | None = None, *, keep_earlier: bool = False) -> None:
        """Publish a message; `recorded`, on the same file system, becomes its sound.

        An earlier one of the same call is replaced, or with `keep_earlier` left as it is.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if recorded is not None:
            _flush(recorded)
            recorded.replace(self._audio(message.message_id))
        fields = asdict(message) | {
            "format": FORMAT,
            "arrived_at": message.arrived_at.isoformat(),
            "left_at": message.left_at.isoformat(),
            "audio": recorded is not None,
            "talk_started_at": message.talk_started_at and message.talk_started_at.isoformat(),
        }
        # at a hang-up the conversation and the note about the ending may both be writing
        partial = self.folder / f".{message.message_id}.{os.getpid()}.partial"
        partial.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")
        _flush(partial)
        if keep_earlier:
            with suppress(FileExistsError):
                self._json(message.message_id).hardlink_to(partial)
            partial.unlink()
        else:
            partial.replace(self._json(message.message_id))
        _flush(self.folder)

    def take(self) -> tuple[list[EmergencyMessage], list[Broken]]:
        """Return all messages, oldest first, and what was moved to the quarantine on the way."""
        messages, broken = [], []
        for path in sorted(self.folder.glob("[!.]*.json")):
            try:
                messages.append(self._read(path))
            except (MessageInvalid, ValueError, OSError) as error:
                broken.append(self._put_aside(path, str(error)))
        return sorted(messages, key=lambda message: message.left_at), broken

    def done(self, message: EmergencyMessage) -> None:
        """Forget a message after its content is safe elsewhere; its sound goes too, unless it was moved before."""
        self._json(message.message_id).unlink(missing_ok=True)
        self._audio(message.message_id).unlink(missing_ok=True)

    def put_aside(self, message: EmergencyMessage, reason: str) -> Broken:
        """Move a message that cannot be taken in, and its sound, to the quarantine."""
        return self._put_aside(self._json(message.message_id), reason)

    def _read(self, path: Path) -> EmergencyMessage:
        if path.is_symlink() or path.stat().st_size > MAX_FILE_BYTES:
            raise MessageInvalid("not a plain file, or too long")
        fields = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(fields, dict) or fields.get("format") != FORMAT:
            raise MessageInvalid(f"not a message of format {FORMAT}")
        message_id = _text(fields, "message_id", ID)
        if path.stem != message_id:
            raise MessageInvalid("the file has another name than the message")
        kind = fields.get("kind")
        if kind not in KINDS:
            raise MessageInvalid("kind is unknown")
        audio = self._audio(message_id) if fields.get("audio") else None
        if audio and (audio.is_symlink() or not audio.is_file()):
            raise MessageInvalid("the sound is missing")
        return EmergencyMessage(
            message_id=message_id,
            call_id=_text(fields, "call_id", re.compile(r"[0-9a-zA-Z.-]{0,64}")),
            kind=kind,
            arrived_at=_time(fields, "arrived_at"),
            left_at=_time(fields, "left_at"),
            caller_number=_optional(fields, "caller_number", NUMBER),
            dialed=_text(fields, "dialed", re.compile(r"\+?[0-9+]{0,40}")),
            callback_number=_optional(fields, "callback_number", NUMBER),
            language=_text(fields, "language", re.compile(r"[a-z]{2}")),
            audio=audio,
            answered_by=_optional(fields, "answered_by", INTERFACE),
            talk_started_at=None if fields.get("talk_started_at") is None else _time(fields, "talk_started_at"),
        )

    def _put_aside(self, path: Path, reason: str) -> Broken:
        self.quarantine.mkdir(exist_ok=True)
        target = self.quarantine / path.name
        path.replace(target)
        sound = path.with_suffix(".wav")
        if sound.exists():
            sound.replace(target.with_suffix(".wav"))
        return Broken(target, reason)

    def _json(self, message_id: str) -> Path:
        return self.folder / f"{message_id}.json"

    def _audio(self, message_id: str) -> Path:
        return self.folder / f"{message_id}.wav"


def _text(fields: dict[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MessageInvalid(f"{name} is missing or not well formed")
    return value


def _optional(fields: dict[str, object], name: str, pattern: re.Pattern[str]) -> str | None:
    return None if fields.get(name) is None else _text(fields, name, pattern)


def _time(fields: dict[str, object], name: str) -> datetime:
    value = datetime.fromisoformat(_text(fields, name, re.compile(r"[0-9T:.+-]{10,40}")))
    if value.tzinfo is None:
        raise MessageInvalid(f"{name} has no time zone")
    return value


def _flush(path: Path) -> None:
    """Have the disk, not only the cache, hold it: this is the only copy."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
