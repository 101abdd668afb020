"""Says prompts to one caller in their language, and hears keys."""

import asyncio
import logging

from cti.agi.session import AgiSession
from cti.errors import ActionRefused
from ivr.lease import Lease
from ivr.ports import Prompt, PromptStore

ALL_KEYS = "0123456789*#"
# Prompts are telephone sound; Asterisk counts an offset in samples.
SAMPLES_PER_S = 8000
_log = logging.getLogger(__name__)


class Speaker:
    """A prompt that is missing or cannot be played is passed over and logged: the caller goes on."""

    def __init__(self, session: AgiSession, prompts: PromptStore, lease: Lease, language: str) -> None:
        self.language = language
        self._session = session
        self._prompts = prompts
        self._lease = lease
        self._typed = ""

    def length_s(self, names: tuple[str, ...]) -> float:
        """Return how long it takes to say this."""
        return sum(prompt.duration_s for prompt in map(self._find, names) if prompt is not None)

    async def say(self, names: tuple[str, ...], keys: str = "") -> str:
        """Play the prompts; one of `keys` cuts them short and is returned."""
        for name in names:
            prompt = self._find(name)
            if prompt is None:
                _log.error("Prompt missing", extra={"prompt": name, "language": self.language})
                continue
            key = await self._play(name, prompt, keys)
            if key:
                return key
        return ""

    async def tell(self, name: str, keys: str = "") -> str | None:
        """Play one prompt that only `keys` cut short, and return which; "" when it was heard whole, None when not."""
        prompt = self._find(name)
        if prompt is None:
            _log.error("Prompt missing", extra={"prompt": name, "language": self.language})
            return None
        try:
            return await self._play_in_pieces(prompt, keys)
        except ActionRefused:
            _log.exception("Prompt cannot be played", extra={"prompt": name, "language": self.language})
            return None

    async def hear(self, keys: str, timeout_s: float) -> str:
        """Return the first of these keys to be pressed in the time, "" for none; others mean nothing."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + timeout_s
        while key := await self._key(max(0.0, until_s - loop.time())):
            if key in keys:
                return key
        return ""

    async def say_ahead(self, names: tuple[str, ...]) -> None:
        """Play the prompts; a key ends them, and is the answer to what is asked next."""
        self._typed = await self.say(names, ALL_KEYS)

    async def ask(self, names: tuple[str, ...], timeout_s: float) -> str:
        """Play the prompts and return the key that was pressed, "" for none."""
        typed, self._typed = self._typed, ""
        return typed or await self.say(names, ALL_KEYS) or await self._key(timeout_s)

    async def collect(self, names: tuple[str, ...], timeout_s: float, max_digits: int) -> str:
        """Play the prompts and return the digits up to #, a pause, or `max_digits`."""
        digits = ""
        key = await self.ask(names, timeout_s)
        while key and key != "#":
            digits += key
            key = "" if len(digits) >= max_digits else await self._key(timeout_s)
        return digits

    async def _play(self, name: str, prompt: Prompt, keys: str) -> str:
        try:
            return await self._play_in_pieces(prompt, keys)
        except ActionRefused:
            _log.exception("Prompt cannot be played", extra={"prompt": name, "language": self.language})
            return ""

    async def _play_in_pieces(self, prompt: Prompt, keys: str) -> str:
        """Only a prompt that is longer than the lease is interrupted, for some milliseconds, to renew it."""
        loop, played_s = asyncio.get_running_loop(), 0.0
        while True:
            await self._lease.renew()
            began_s, stretch_s = loop.time(), self._lease.stretch_s
            offset = round(played_s * SAMPLES_PER_S)
            if prompt.duration_s - played_s <= stretch_s:
                return await self._session.stream_file(prompt.path, keys, offset)
            try:
                async with asyncio.timeout(stretch_s):
                    return await self._session.stream_file(prompt.path, keys, offset)
            except TimeoutError:
                played_s += loop.time() - began_s

    async def _key(self, timeout_s: float) -> str:
        left_s = timeout_s
        while True:
            await self._lease.renew()
            piece_s = min(left_s, self._lease.stretch_s)
            key = await self._session.wait_for_digit(piece_s)
            left_s -= piece_s
            if key or left_s <= 0:
                return key

    def _find(self, name: str) -> Prompt | None:
        return self._prompts.find(name, self.language)
