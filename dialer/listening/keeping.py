"""What calls leave for the library: sounds that nothing was recognised in, and how often each recording was heard.

Told from the event loop, written by a thread. Where it cannot keep up, or the disk is full, sounds are left out: calls
have taken what they need of them.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from dialer.listening.shelf import Shelf
from dialer.listening.sound import Samples
from dialer.listening.tally import HeardLately, Tally
from dialer.listening.unmatched import KEPT_FOR
from dialer.listening.wav import write_whole

_log = logging.getLogger(__name__)
MOST_WAITING = 32
TIDIED_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class KeepRules:
    """Sounds are kept while `may_keep` says that there is room, and so many days at most. `zone`: the house's days."""

    may_keep: Callable[[], bool] = lambda: True
    days: int = KEPT_FOR.days
    zone: tzinfo = UTC


class Keeper:
    """Of one process."""

    def __init__(self, shelf: Shelf, now: Callable[[], datetime], rules: KeepRules) -> None:
        self._shelf = shelf
        self._now = now
        self.rules = rules
        self._sounds: dict[str, tuple[Samples, datetime]] = {}
        self._refs: list[str] = []
        self._tally: Tally | None = None
        self._wake = asyncio.Event()

    def heard(self, ref: str) -> None:
        """A recording of the library was heard in one more call."""
        self._refs.append(ref)
        self._wake.set()

    def take(self, call_id: str, samples: Samples) -> None:
        """Keep what was heard before the answer of a call, and not known."""
        if len(self._sounds) < MOST_WAITING and self.rules.may_keep():
            self._sounds[call_id] = (samples, self._now())
            self._wake.set()

    async def run(self) -> None:
        """Write what comes, and tidy up each hour; until cancelled."""
        while True:
            await self.write()
            with suppress(TimeoutError):
                async with asyncio.timeout(TIDIED_EVERY_S):
                    await self._wake.wait()
            self._wake.clear()

    async def write(self) -> None:
        """Write what is waiting."""
        sounds, self._sounds = self._sounds, {}
        refs, self._refs = self._refs, []
        now = self._now()
        if self._tally is None:
            self._tally = await asyncio.to_thread(self._read)
        if refs:
            self._tally.note(refs, self.today())
        noted = json.dumps(self._tally.as_json()).encode() if refs else None
        try:
            await asyncio.to_thread(self._write, sounds, noted, now)
        except Exception:
            _log.exception("What was heard on lines could not be kept")

    def today(self) -> date:
        """Return the house's day."""
        return self._now().astimezone(self.rules.zone).date()

    def lately(self, ref: str) -> HeardLately:
        """Return how often a recording was heard."""
        return HeardLately() if self._tally is None else self._tally.of(ref, self.today())

    def _read(self) -> Tally:
        try:
            return Tally(json.loads(self._shelf.tally_file.read_bytes()))
        except FileNotFoundError:
            return Tally()
        except (OSError, ValueError):
            _log.exception("How often recordings were heard cannot be read; it is counted from now on")
            return Tally()

    def _write(self, sounds: dict[str, tuple[Samples, datetime]], noted: bytes | None, now: datetime) -> None:
        for call_id, (samples, at) in sounds.items():
            self._shelf.unmatched.keep(call_id, samples, at)
        if noted is not None:
            write_whole(self._shelf.tally_file, noted)
        self._shelf.tidy(now, timedelta(days=self.rules.days))
