"""Waiting music of one's own: each piece is the file of a class that Asterisk has had from its start.

    <folder>/usual.wav               the music that came with Asterisk
    <folder>/music_01.wav …          a piece, or a link to the usual music while the class is free
    <folder>/removed/music_01.wav    what was deleted last, until another piece takes the class

Asterisk opens the file each time it begins it: who hears a piece that is deleted hears it to its end, then the usual
music.
"""

import asyncio
import os
import tempfile
from pathlib import Path

from cti.domain.values import USUAL_MUSIC
from ivr.tools import SoundTools
from ivr.upload import Converted, convert_music


class MusicLibrary:
    """Files by the name of their class; every one appears by rename, so nobody hears half a piece."""

    def __init__(self, folder: Path, tools: SoundTools) -> None:
        self._folder = folder.absolute()
        self._tools = tools
        self.choosing = asyncio.Lock()  # of a class that is free

    async def convert(self, data: bytes) -> Converted:
        """Raise PromptRejected and change nothing, or return the telephone's sound."""
        return await asyncio.to_thread(convert_music, data, self._tools)

    async def publish(self, music_class: str, wav: bytes) -> None:
        """Let the class play it from now on."""
        await asyncio.to_thread(self._publish, music_class, wav)

    async def remove(self, music_class: str) -> None:
        """Let the class play the usual music; the piece is kept for `restore`."""
        await asyncio.to_thread(self._remove, music_class)

    async def restore(self, music_class: str) -> bool:
        """Bring back what was deleted; whether it was still there."""
        return await asyncio.to_thread(self._restore, music_class)

    def audio_file(self, music_class: str) -> Path:
        """Return the file that is heard."""
        return self._file(music_class)

    def _file(self, music_class: str) -> Path:
        return self._folder / f"{music_class}.wav"

    def _removed(self, music_class: str) -> Path:
        return self._folder / "removed" / f"{music_class}.wav"

    def _publish(self, music_class: str, wav: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=".upload-", dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            file.write(wav)
        # mkstemp hides the file from all others; Asterisk may run as somebody else.
        Path(partial).chmod(0o644)
        Path(partial).replace(self._file(music_class))
        self._removed(music_class).unlink(missing_ok=True)

    def _remove(self, music_class: str) -> None:
        present, kept = self._file(music_class), self._removed(music_class)
        kept.parent.mkdir(parents=True, exist_ok=True)
        if present.is_file() and not present.is_symlink():
            kept.unlink(missing_ok=True)
            kept.hardlink_to(present)
        link = present.with_name(f".{music_class}.link")
        link.unlink(missing_ok=True)
        link.symlink_to(f"{USUAL_MUSIC}.wav")
        link.replace(present)

    def _restore(self, music_class: str) -> bool:
        kept = self._removed(music_class)
        if not kept.is_file():
            return False
        kept.replace(self._file(music_class))
        return True
