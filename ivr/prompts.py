"""All prompts of this house: built-in ones spoken by a machine, and those that people uploaded or had spoken.

    <folder>/<language>/<name>.wav                    one's own; wins
    <folder>/builtin/<language>/<name>-<hash>.wav     spoken once; the hash is that of text and speed

Every file appears by rename, so Asterisk never plays half a prompt, and one that plays goes on to its end.
"""

import asyncio
import hashlib
import os
import re
import tempfile
import wave
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ivr.domain.nodes import LANGUAGES
from ivr.errors import PromptRejected
from ivr.ports import Prompt
from ivr.tools import SPEEDS_WPM, SoundTools
from ivr.upload import LONGEST_S, Converted, convert
from ivr.wording import builtin_names, wording

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}", re.ASCII)
LONGEST_TEXT = 1000
# Texts for one run of ffmpeg: few enough that the progress moves, enough that starting it does not matter.
BATCH = 16
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StoredPrompt:
    """What an upload or a spoken text became; `warnings` are stable codes such as "silent"."""

    name: str
    language: str
    duration_s: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    text: str
    language: str
    target: Path


class PromptLibrary:
    """The PromptStore of a running Callroom; `find` looks into memory only."""

    def __init__(self, folder: Path, tools: SoundTools) -> None:
        self._folder = folder.absolute()
        self._tools = tools
        self._own: dict[tuple[str, str], Prompt] = {}
        self._builtin: dict[tuple[str, str], Prompt] = {}

    # --- asked while a caller is on the line ---

    def find(self, name: str, language: str) -> Prompt | None:
        """Return the prompt in this language, else in any other."""
        for spoken in (language, *LANGUAGES):
            found = self._own.get((name, spoken)) or self._builtin.get((name, spoken))
            if found is not None:
                return found
        return None

    def names(self) -> frozenset[str]:
        """Return what a flow may use; a built-in prompt also when nobody could speak it: callers then pass it over."""
        return builtin_names().union(name for name, _ in self._own)

    # --- at start ---

    async def prepare(self, progress: Progress = lambda _done, _total: None) -> None:
        """Read what is there and speak the built-in prompts that are missing; `progress(done, total)` in this loop.

        Raises ToolMissing; what is there can be used nevertheless.
        """
        missing = await asyncio.to_thread(self._scan)
        batches = [missing[at : at + BATCH] for at in range(0, len(missing), BATCH)]
        progress(0, len(missing))
        done = 0
        with ThreadPoolExecutor(max(2, os.cpu_count() or 2), "prompts") as pool:
            loop = asyncio.get_running_loop()
            running = [loop.run_in_executor(pool, self._speak_all, batch) for batch in batches]
            try:
                for finished in asyncio.as_completed(running):
                    done += await finished
                    progress(done, len(missing))
            finally:
                await asyncio.gather(*running, return_exceptions=True)
                if missing:
                    await asyncio.to_thread(self._scan)

    # --- by administrators ---

    async def store(self, name: str, language: str, data: bytes) -> StoredPrompt:
        """Take an uploaded WAV or MP3; raises PromptRejected and changes nothing."""
        _check(name, language)
        converted = await self.convert(data)
        stored = StoredPrompt(name, language, converted.duration_s, converted.warnings)
        await asyncio.to_thread(self._publish, converted.wav, self._own_path(name, language))
        self._remember(stored)
        return stored

    async def convert(self, data: bytes) -> Converted:
        """Return the telephone's sound of a WAV or MP3 and keep nothing; raises PromptRejected."""
        return await asyncio.to_thread(convert, data, self._tools)

    async def speak(self, name: str, language: str, text: str) -> StoredPrompt:
        """Let the machine speak a text as this prompt."""
        _check(name, language)
        text = " ".join(text.split())
        if not text or len(text) > LONGEST_TEXT:
            raise PromptRejected("bad_text", f"The text has {len(text)} characters.", f"Write 1 to {LONGEST_TEXT}.")
        target = self._own_path(name, language)
        await asyncio.to_thread(self._speak_all, [_Task(text, language, target)])
        stored = StoredPrompt(name, language, _duration_s(target))
        self._remember(stored)
        return stored

    async def forget(self, name: str, language: str) -> None:
        """Remove one's own prompt; the built-in one of this name is heard again."""
        _check(name, language)
        self._own.pop((name, language), None)
        await asyncio.to_thread(self._own_path(name, language).unlink, missing_ok=True)

    def audio_file(self, name: str, language: str) -> Path | None:
        """Return the very file, for listening on a page; no other language instead."""
        found = self._own.get((name, language)) or self._builtin.get((name, language))
        return None if found is None else Path(f"{found.path}.wav")

    # --- files ---

    def _own_path(self, name: str, language: str) -> Path:
        return self._folder / language / f"{name}.wav"

    def _remember(self, stored: StoredPrompt) -> None:
        path = self._own_path(stored.name, stored.language)
        self._own[stored.name, stored.language] = Prompt(str(path.with_suffix("")), stored.duration_s)

    def _scan(self) -> list[_Task]:
        missing = []
        for language in LANGUAGES:
            for path in (self._folder / language).glob("*.wav"):
                duration_s = _duration_s(path)
                if NAME.fullmatch(path.stem) and duration_s > 0:
                    self._own[path.stem, language] = Prompt(str(path.with_suffix("")), duration_s)
            for name, text in wording(language).items():
                path = self._builtin_path(name, language, text)
                if path.is_file():
                    self._builtin[name, language] = Prompt(str(path.with_suffix("")), _duration_s(path))
                else:
                    missing.append(_Task(text, language, path))
        return missing

    def _builtin_path(self, name: str, language: str, text: str) -> Path:
        digest = hashlib.sha256(f"{SPEEDS_WPM[language]} {text}".encode()).hexdigest()[:12]
        return self._folder / "builtin" / language / f"{name}-{digest}.wav"

    def _speak_all(self, tasks: Sequence[_Task]) -> int:
        with tempfile.TemporaryDirectory(prefix=".speaking-", dir=self._made(self._folder)) as scratch:
            pairs = []
            for number, task in enumerate(tasks):
                spoken, fitted = Path(scratch) / f"{number}.wav", Path(scratch) / f"{number}-8k.wav"
                self._tools.speak(task.text, task.language, spoken)
                pairs.append((spoken, fitted))
            self._tools.fit(pairs)
            for (_, fitted), task in zip(pairs, tasks, strict=True):
                self._made(task.target.parent)
                if _duration_s(fitted) > LONGEST_S:
                    raise PromptRejected("too_long", "The spoken text is too long.", "Keep it under two minutes.")
                fitted.replace(task.target)
        return len(tasks)

    def _publish(self, wav: bytes, target: Path) -> None:
        self._made(target.parent)
        handle, partial = tempfile.mkstemp(prefix=".upload-", dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            file.write(wav)
        # mkstemp hides the file from all others; Asterisk may run as somebody else.
        Path(partial).chmod(0o644)
        Path(partial).replace(target)

    @staticmethod
    def _made(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _check(name: str, language: str) -> None:
    if not NAME.fullmatch(name):
        raise PromptRejected(
            "bad_name", "The name cannot be used.", "Use lower case letters, digits and _, a letter first."
        )
    if language not in LANGUAGES:
        raise PromptRejected("bad_language", "The language is not known.", f"Use one of {', '.join(LANGUAGES)}.")


def _duration_s(path: Path) -> float:
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (OSError, EOFError, wave.Error):
        return 0.0
