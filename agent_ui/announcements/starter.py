"""A library to begin with where the telephone network is simulated: what the simulator says."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

from cti.asterisk.configure import SPOKEN_BY_PSTN
from cti.asterisk.voice import Voice
from dialer.listening.library import Prompt
from dialer.listening.shelf import Known, Shelf

_STARTER = {"unallocated": "empty", "voicemail": "voicemail"}


def add_starter(shelf: Shelf, voice: Voice, **known: Unpack[Known]) -> list[Prompt]:
    """Add what of it is not there yet; blocking."""
    there, added = {each.id for each in shelf.prompts()}, []
    with TemporaryDirectory() as folder:
        for name, label in _STARTER.items():
            language, text = SPOKEN_BY_PSTN[name]
            if f"simulator-{name}" in there:
                continue
            file = Path(folder) / f"{name}.wav"
            voice.speak(text, language, file)
            said: Known = {**known, "carrier": "simulator", "language": language, "transcript": text}
            added.append(shelf.add(f"simulator-{name}", label, file, **said))
    return added
