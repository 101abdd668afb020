"""What a simulated caller hears: written down by the telephone network's own Asterisk, told apart by frequency."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cti.asterisk.instance import Instance
from cti.asterisk.program import find_asterisk
from tests.installation import Installation
from tests.prefix import cached_prefix

RATE_HZ = 8000
WINDOW_S = 0.25
WRITTEN_EVERY_S = 2.0  # MixMonitor's steps
SILENCE = 60.0  # of 32768: comfort noise stays below, the quietest passage of the music does not


@dataclass(frozen=True)
class Heard:
    """A quarter of a second: the loudest frequency, the level, and how loud each frequency is."""

    hz: float
    level: float
    spectrum: NDArray[np.float64]

    def has(self, hz: float) -> bool:
        """Whether this tone is there, loudest or beside others that are about as loud."""
        at = round(hz * WINDOW_S)
        return bool(self.spectrum[at - 2 : at + 3].max() > self.spectrum.max() / 4)


class CallerEar:
    """Listens from `listen` on. Each question looks further than where the one before found its answer.

    MixMonitor writes in steps of two seconds: what is asked for may have been heard that long ago.
    """

    def __init__(self, installation: Installation, channel_id: str) -> None:
        program = find_asterisk(cached_prefix())
        assert program is not None
        self._switch = Instance(program, installation.pstn.layout)
        self.channel_id = channel_id
        self._file = installation.home / f"{channel_id}.raw"
        self._seen = 0

    async def listen(self) -> None:
        name = await self._channel_name()
        both = self._file.with_suffix(".both.raw")
        # r: only what comes in, that is what the caller is told.
        await self._switch._ask(f"mixmonitor start {name} {both},r({self._file})", 10.0)
        await self._found(lambda _: True, "anything")

    async def note_keys(self) -> None:
        """From now on write down which keys reach the caller's telephone."""
        await self._switch._ask(f"logger add channel {self._file.with_suffix('.keys')} dtmf", 10.0)

    async def hears_keys(self, keys: str, within_s: float = 10.0) -> None:
        """These, once each, in this order; and no more is written down."""
        written, name, found = self._file.with_suffix(".keys"), await self._channel_name(), ""
        try:
            async with asyncio.timeout(within_s):
                while found != keys:
                    await asyncio.sleep(0.1)
                    text = written.read_text(encoding="utf-8") if written.exists() else ""
                    found = "".join(re.findall(rf"DTMF end '(.)' received on {re.escape(name)}", text))
        except TimeoutError:
            raise AssertionError(f"the caller's telephone got {found!r}, not {keys!r}") from None
        finally:
            await self._switch._ask(f"logger remove channel {written}", 10.0)

    async def hears_agent(self, hz: float) -> None:
        """The agent's tone, and nothing louder."""
        await self._found(lambda heard: heard.level > SILENCE and abs(heard.hz - hz) < 20, f"{hz} Hz")

    async def hears_all(self, *hz: float) -> None:
        """These tones at once, whichever is the loudest, and no other that is louder."""

        def is_it(heard: Heard) -> bool:
            return heard.level > SILENCE and min(abs(heard.hz - one) for one in hz) < 20 and all(map(heard.has, hz))

        await self._found(is_it, f"{hz} Hz")

    async def hears_music(self, other_than_hz: float) -> None:
        """Sound, and not the agent's tone."""
        await self._found(lambda heard: heard.level > SILENCE and abs(heard.hz - other_than_hz) > 50, "music")

    async def tones(self, *asked_hz: float, seconds: float = 1.5) -> set[float]:
        """Which of these the caller hears from now on, however softly; looks at sound that is not written yet."""
        begin = sum(1 for _ in self._windows(0)) + round(WRITTEN_EVERY_S / WINDOW_S)
        end = begin + round(seconds / WINDOW_S)
        async with asyncio.timeout(30.0):
            while sum(1 for _ in self._windows(0)) < end:
                await asyncio.sleep(0.1)
        self._seen = end
        return {hz for hz in asked_hz if any(self._level(place, hz) > SILENCE for place in range(begin, end))}

    def _level(self, place: int, hz: float) -> float:
        length = int(RATE_HZ * WINDOW_S)
        window = np.fromfile(self._file, dtype="<i2").astype(float)[place * length : (place + 1) * length]
        spectrum = np.abs(np.fft.rfft(window * np.hanning(length))) * 4 / length
        near = round(hz * length / RATE_HZ)
        return float(spectrum[near - 2 : near + 3].max())

    def silence_s(self) -> float:
        """The longest time without a sound since `listen`."""
        longest = present = 0
        for heard in self._windows(0):
            present = present + 1 if heard.level < SILENCE else 0
            longest = max(longest, present)
        return longest * WINDOW_S

    def _windows(self, begin: int) -> Iterator[Heard]:
        length = int(RATE_HZ * WINDOW_S)
        samples = np.fromfile(self._file, dtype="<i2").astype(float) if self._file.exists() else np.zeros(0)
        for at in range(begin * length, len(samples) - length + 1, length):
            window = samples[at : at + length]
            spectrum = np.abs(np.fft.rfft(window * np.hanning(length)))
            yield Heard(float(np.argmax(spectrum)) * RATE_HZ / length, float(np.sqrt(np.mean(window**2))), spectrum)

    async def _found(self, is_it: Callable[[Heard], bool], what: str, within_s: float = 30.0) -> None:
        try:
            async with asyncio.timeout(within_s):
                while True:
                    heard = list(self._windows(self._seen))
                    place = next((place for place, window in enumerate(heard) if is_it(window)), None)
                    if place is not None:
                        self._seen += place + 1
                        return
                    await asyncio.sleep(0.1)
        except TimeoutError:
            all_of_it = [(round(heard.hz), round(heard.level)) for heard in self._windows(0)]
            raise AssertionError(f"the caller did not hear {what} after {self._seen}, but {all_of_it}") from None

    async def _channel_name(self) -> str:
        text = await self._switch._ask("core show channels concise", 10.0)
        for line in text.splitlines():
            fields = line.split("!")
            if fields[-1] == self.channel_id:
                return fields[0]
        raise AssertionError(text)
