"""Changes the library one at a time, in a thread; looks for what has no label in a process of its own.

After each change the listener is given the new library: for the next call, while others go on with the old one.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec

from agent_ui.announcements.sorting import Sorting, SortingStep
from agent_ui.announcements.starter import add_starter
from agent_ui.apart import INTERNAL, compute_apart
from cti.asterisk.voice import Voice
from cti.tasks import TaskSet
from dialer.ears import Ears
from dialer.errors import NoSuchPrompt
from dialer.listening.library import Prompt
from dialer.listening.shelf import Known
from dialer.listening.sorter import SorterTold
from dialer.listening.tally import HeardLately
from dialer.listening.unmatched import Heard

# By name: what it computes with is not needed here.
SORTER = ("-m", "dialer.listening.sorter")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Announcement:
    """A recording of the library."""

    prompt: Prompt
    length_s: float
    heard: HeardLately


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """What was heard in several calls: the longest of their sounds, and when they were."""

    name: str
    calls: int
    first_at: datetime
    last_at: datetime
    length_s: float


class AnnouncementDesk:
    """`voice` speaks what the simulated network says; None: there is none."""

    def __init__(
        self,
        ears: Ears,
        now: Callable[[], datetime],
        tasks: TaskSet,
        voice: Callable[[], Voice] | None = None,
        program: tuple[str, ...] = SORTER,
    ) -> None:
        self.ears = ears
        self._shelf = ears.shelf
        self._now = now
        self._tasks = tasks
        self._voice = voice
        self._program = (*program, str(ears.folder))
        self._changing = asyncio.Lock()
        self.sorting = Sorting()

    @property
    def has_starter(self) -> bool:
        """Whether there is a library to begin with."""
        return self._voice is not None

    async def all(self) -> list[Announcement]:
        """Return what is in the library, the newest first."""

        def read() -> list[tuple[Prompt, float]]:
            return [(one, self._shelf.length_s(one)) for one in self._shelf.prompts()]

        # not while one of them is just being taken out
        async with self._changing:
            found = await asyncio.to_thread(read)
        found.sort(key=lambda one: (one[0].added_at, one[0].id), reverse=True)
        return [Announcement(prompt, length_s, self.ears.keeper.lately(prompt.id)) for prompt, length_s in found]

    async def add(self, label: str, wav: bytes, known: Known) -> Prompt:
        """Take a recording under a name of ours."""

        def work() -> Prompt:
            with TemporaryDirectory(prefix="callroom-announcement-") as folder:
                file = Path(folder) / "sound.wav"
                file.write_bytes(wav)
                return self._shelf.add(_name(label, file), label, file, **self._with_time(known))

        return await self._changed(work)

    async def add_starter(self, known: Known) -> list[Prompt]:
        """Take what the simulated network says."""
        voice = self._voice
        if voice is None:
            raise NoSuchPrompt("starter", "there is no simulated network here")
        return await self._changed(lambda: add_starter(self._shelf, voice(), **self._with_time(known)))

    async def remove(self, prompt_id: str) -> Prompt:
        """Take one out of the library."""
        return await self._changed(lambda: self._shelf.remove(prompt_id, self._now()))

    async def restore(self, prompt_id: str) -> Prompt:
        """Bring one back."""
        return await self._changed(lambda: self._shelf.restore(prompt_id))

    async def sound(self, prompt_id: str) -> tuple[Prompt, Path]:
        """Return one that is in the library, and its file."""
        return await asyncio.to_thread(self._shelf.sound, prompt_id)

    # --- what has no label ---

    def sort(self) -> None:
        """Look for what was heard in several calls, unless that is going on."""
        if self.sorting.take(SortingStep.BEGIN):
            self._tasks.start(self._sort(), name="sounds without a label")

    async def kept(self) -> list[Heard]:
        """Return all sounds without a label, the newest first."""
        return await asyncio.to_thread(self._shelf.unmatched.all)

    async def unlabelled(self) -> list[Unlabelled]:
        """Return what the last look found, as far as it is still kept."""
        kept = {one.call_id: one for one in await self.kept()}
        found = []
        for group in self.sorting.groups:
            heard = [kept[call_id] for call_id in group if call_id in kept]
            if group[0] in kept:
                times = sorted(one.heard_at for one in heard)
                found.append(Unlabelled(group[0], len(heard), times[0], times[-1], kept[group[0]].length_s))
        return found

    async def unlabelled_sound(self, name: str) -> Path:
        """Return the file of what the last look found under this name."""
        self._group(name)
        file = self._shelf.unmatched.file(name)
        if not await asyncio.to_thread(file.is_file):
            raise NoSuchPrompt(name, "is not kept any more")
        return file

    async def label(self, name: str, label: str, known: Known) -> Prompt:
        """Give all calls that heard the same one label."""
        file = await self.unlabelled_sound(name)

        def work() -> Prompt:
            group = self._group(name)
            said: Known = {"source_call": name, **self._with_time(known)}
            prompt = self._shelf.add(_name(label, file), label, file, **said)
            self._shelf.unmatched.drop(group)
            return prompt

        prompt = await self._changed(work)
        self.sorting.forget(name)
        return prompt

    def _group(self, name: str) -> tuple[str, ...]:
        found = next((group for group in self.sorting.groups if group[0] == name), None)
        if found is None:
            raise NoSuchPrompt(name, "there is no such sound without a label")
        return found

    async def _sort(self) -> None:
        sorting = self.sorting

        async def hear(line: bytes) -> None:
            told = msgspec.json.decode(line, type=SorterTold)
            sorting.done_ratio = told.done_ratio
            if told.clusters is not None:
                await asyncio.to_thread(self._shelf.unmatched.drop, told.explained)
                found.append(told.clusters)

        found: list[tuple[tuple[str, ...], ...]] = []
        sorting.error = await compute_apart(self._program, b"", hear) or ("" if found else INTERNAL)
        if not sorting.error:
            sorting.groups = found[-1]
        sorting.take(SortingStep.FAIL if sorting.error else SortingStep.FINISH)

    def _with_time(self, known: Known) -> Known:
        now = self._now()
        return {**known, "added_at": now.isoformat(), "heard_on": self.ears.keeper.today().isoformat()}

    async def _changed(self, work: Callable[[], Made]) -> Made:
        async with self._changing:
            try:
                return await asyncio.to_thread(work)
            finally:
                # where only the rest of it was refused, something may have come
                await self.ears.reload()


def _name(label: str, sound: Path) -> str:
    return f"{label}-{hashlib.sha256(sound.read_bytes()).hexdigest()[:12]}"
