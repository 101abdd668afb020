"""A library to begin with where the telephone network is simulated: what the simulator says."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

from cti.asterisk.configure import SPOKEN_BY_PSTN
from cti.asterisk.voice import Voice
from dialer.errors import DialerError
from dialer.listening.library import Prompt
from dialer.listening.shelf import Known, Shelf

_STARTER = {"unallocated": "empty", "voicemail": "voicemail"}


def add_starter(shelf: Shelf, voice: Voice, **known: Unpack[Known]) -> list[Prompt]:
    """Add what of it is not there yet, all of that or nothing; blocking."""
    there = {each.id for each in shelf.prompts()}
    missing = [name for name in _STARTER if f"simulator-{name}" not in there]
    added: list[Prompt] = []
    with TemporaryDirectory() as folder:
        for name in missing:
            language, text = SPOKEN_BY_PSTN[name]
            voice.speak(text, language, Path(folder) / f"{name}.wav")
        try:
            for name in missing:
                language, text = SPOKEN_BY_PSTN[name]
                said: Known = {**known, "carrier": "simulator", "language": language, "transcript": text}
                added.append(shelf.add(f"simulator-{name}", _STARTER[name], Path(folder) / f"{name}.wav", **said))
        except (DialerError, OSError):
            for prompt in added:
                shelf.drop(prompt.id)
            raise
    return added
