"""The conversation with a caller whom nobody can help now: leave a number, or say it after the beep."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cti.clock import Clock
from cti.emergency.spool import EmergencyMessage, Kind, Spool

LANGUAGES = ("zh", "en")
PAUSE_MS = 5000
MAX_DIGITS = 18
MIN_DIGITS = 5
TRIES = 3
VOICEMAIL_MS = 120_000
SILENCE_S = 6
# 8 kHz, 16 bit: what is shorter than a second is a click and no message
SHORTEST_WAV_BYTES = 44 + 16_000


class Phone(Protocol):
    """What is used of pyst2's `asterisk.agi.AGI`."""

    env: dict[str, str]

    def stream_file(self, filename: str, escape_digits: str = "", sample_offset: int = 0) -> str:
        """Play; return the digit that stopped it, or an empty string."""

    def wait_for_digit(self, timeout: int) -> str:
        """Return a digit, or an empty string after `timeout` ms."""

    def get_variable(self, name: str) -> str:
        """Return a channel variable, or an empty string."""

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Run any AGI command."""


class Conversation:
    """One caller. Ends by itself; the caller's hang-up comes out of `phone` as an exception."""

    def __init__(self, phone: Phone, spool: Spool, sounds: Path, clock: Clock, new_id: Callable[[], str]) -> None:
        self._phone = phone
        self._spool = spool
        self._sounds = sounds
        self._clock = clock
        self._message_id = new_id()
        self._call_id = re.sub(r"[^0-9a-zA-Z.-]", "", phone.get_variable("CALLROOM_CALL_ID"))[:64]
        self._dialed = re.sub(r"[^0-9+]", "", phone.get_variable("CALLROOM_DIALED"))[:20]
        self._arrived_at = self._arrival(phone.get_variable("CALLROOM_ARRIVED_AT"))
        self._language = "en" if phone.env.get("agi_language", "").startswith("en") else "zh"
        self._is_saved = False

    def run(self) -> None:
        """Talk; whatever happens, that somebody called is in the spool afterwards."""
        try:
            choice = self._choose()
            if choice == "1":
                self._callback()
            elif choice == "2":
                self._voicemail()
            else:
                self._say("goodbye")
        finally:
            if not self._is_saved:
                self._save("gave_up")

    def _choose(self) -> str:
        """Offer the choice in both languages, twice; the language in which a key was pressed is the caller's."""
        own = self._language
        for language in [own, *(other for other in LANGUAGES if other != own)] * 2:
            self._language = language
            key = self._say("sorry", "12") or self._phone.wait_for_digit(PAUSE_MS)
            if key in {"1", "2"}:
                return key
        self._language = own
        return ""

    def _callback(self) -> None:
        for _ in range(TRIES):
            number = self._enter_number()
            if number and self._is_confirmed(number):
                self._save("callback", callback_number=number)
                self._say("saved")
                return
        self._say("goodbye")

    def _enter_number(self) -> str:
        digits = self._say("enter_number", "0123456789")
        while len(digits) < MAX_DIGITS:
            key = self._phone.wait_for_digit(PAUSE_MS)
            if key in {"", "#"}:
                break
            digits = "" if key == "*" else digits + key
        if len(digits) >= MIN_DIGITS:
            return digits
        self._say("not_understood")
        return ""

    def _is_confirmed(self, number: str) -> bool:
        key = self._say("you_entered", "12")
        for digit in number:
            key = key or self._say(f"digit_{digit}", "12")
        return (key or self._say("confirm", "12") or self._phone.wait_for_digit(PAUSE_MS)) == "1"

    def _voicemail(self) -> None:
        self._say("after_beep", "#")
        self._spool.folder.mkdir(parents=True, exist_ok=True)
        partial = self._spool.folder / f".{self._message_id}"
        recorded = partial.with_name(f"{partial.name}.wav")
        try:
            self._phone.execute("RECORD FILE", _quoted(partial), "wav", '"#"', VOICEMAIL_MS, "BEEP", f"s={SILENCE_S}")
        finally:
            # most callers end a message by hanging up, which is an error for AGI and none for us
            if recorded.is_file() and recorded.stat().st_size >= SHORTEST_WAV_BYTES:
                self._save("voicemail", recorded=recorded)
            else:
                recorded.unlink(missing_ok=True)
        self._say("saved" if self._is_saved else "goodbye")

    def _save(self, kind: Kind, *, callback_number: str | None = None, recorded: Path | None = None) -> None:
        self._spool.put(
            EmergencyMessage(
                message_id=self._message_id,
                call_id=self._call_id,
                kind=kind,
                arrived_at=self._arrived_at,
                left_at=self._clock.now(),
                caller_number=self._caller(),
                dialed=self._dialed,
                callback_number=callback_number,
                language=self._language,
            ),
            recorded,
        )
        self._is_saved = True

    def _caller(self) -> str | None:
        # Bits 5 and 6 of the presentation are not 0 when the number is withheld or not known (Q.951).
        presentation = self._phone.env.get("agi_callingpres", "0")
        number = self._phone.env.get("agi_callerid", "")
        if presentation.isdigit() and int(presentation) & 0x60:
            return None
        return number if re.fullmatch(r"\+?[0-9]{1,20}", number) else None

    def _arrival(self, epoch: str) -> datetime:
        try:
            return datetime.fromtimestamp(float(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            return self._clock.now()

    def _say(self, prompt: str, keys: str = "") -> str:
        return self._phone.stream_file(_quoted(self._sounds / self._language / prompt), keys)


def _quoted(path: Path) -> str:
    """Folders may have spaces in their names; pyst2 does not quote file names."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
