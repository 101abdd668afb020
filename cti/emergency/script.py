"""The conversation with a caller whom nobody can help now: leave a number, or say it after the beep."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from cti.clock import Clock
from cti.emergency.spool import SHORTEST_WAV_BYTES, Kind, Spool
from cti.emergency.visit import LANGUAGES, Channel, read_visit

PAUSE_MS = 5000
MAX_DIGITS = 18
MIN_DIGITS = 5
TRIES = 3
VOICEMAIL_MS = 120_000
SILENCE_S = 6


class Phone(Channel, Protocol):
    """What is used of pyst2's `asterisk.agi.AGI`."""

    def stream_file(self, filename: str, escape_digits: str = "", sample_offset: int = 0) -> str:
        """Play; return the digit that stopped it, or an empty string."""

    def wait_for_digit(self, timeout: int) -> str:
        """Return a digit, or an empty string after `timeout` ms."""

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Run any AGI command."""


class Conversation:
    """One caller. Ends by itself; the caller's hang-up comes out of `phone` as an exception."""

    def __init__(self, phone: Phone, spool: Spool, sounds: Path, clock: Clock, new_id: Callable[[], str]) -> None:
        self._phone = phone
        self._spool = spool
        self._sounds = sounds
        self._clock = clock
        self._visit = read_visit(phone, clock.now(), new_id())
        self._language = self._visit.language
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
        partial = self._spool.folder / f".{self._visit.message_id}"
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
        message = self._visit.record(kind, self._clock.now())
        self._spool.put(replace(message, callback_number=callback_number, language=self._language), recorded)
        self._is_saved = True

    def _say(self, prompt: str, keys: str = "") -> str:
        return self._phone.stream_file(_quoted(self._sounds / self._language / prompt), keys)


def _quoted(path: Path) -> str:
    """Folders may have spaces in their names; pyst2 does not quote file names."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
