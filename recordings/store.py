"""The folder of recordings: the switch writes into `incoming/`, a finished one appears whole under its month."""

import os
import shutil
from datetime import datetime
from pathlib import Path

from recordings.domain.names import checked_id, incoming_name, peaks_name, published_name
from recordings.errors import AudioMissing, NotARecordingId


class FolderStore:
    """All paths are made here from ids; nothing outside `folder` is ever touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.workshop = folder / "workshop"

    def prepare(self) -> None:
        """Make the folders; clear what a crash left half made (the switch's own files are kept)."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.workshop, ignore_errors=True)
        self.workshop.mkdir(parents=True)

    def incoming_path(self, recording_id: str) -> Path:
        """Where the switch writes this recording."""
        return self.incoming / incoming_name(recording_id)

    def workshop_path(self, recording_id: str, suffix: str) -> Path:
        """Return a place to work on it, on the same disk as the final one."""
        return self.workshop / f"{checked_id(recording_id)}{suffix}"

    def waiting(self) -> tuple[str, ...]:
        """Ids of which the switch wrote something that is not published; foreign files are passed over."""
        found = []
        for path in self.incoming.glob("*.raw"):
            try:
                found.append(checked_id(path.stem))
            except NotARecordingId:
                continue  # somebody else's file: not ours to read or delete
        return tuple(sorted(found))

    def publish(self, recording_id: str, started_at: datetime, audio: Path, peaks: Path) -> str:
        """Move both files to their place by rename, audio last; return the audio's name relative to the folder."""
        name = published_name(recording_id, started_at)
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for source, destination in ((peaks, self.folder / peaks_name(name)), (audio, target)):
            with source.open("rb+") as file:
                os.fsync(file.fileno())
            source.rename(destination)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def discard_incoming(self, recording_id: str) -> None:
        """Forget the switch's file: its audio is published."""
        self.incoming_path(recording_id).unlink(missing_ok=True)

    def audio_path(self, recording_id: str, started_at: datetime) -> Path:
        """Return the published audio; raise AudioMissing."""
        path = self.folder / published_name(recording_id, started_at)
        if not path.is_file():
            raise AudioMissing(recording_id)
        return path

    def peaks_path(self, recording_id: str, started_at: datetime) -> Path:
        """Return the published waveform; raise AudioMissing."""
        path = self.folder / peaks_name(published_name(recording_id, started_at))
        if not path.is_file():
            raise AudioMissing(recording_id)
        return path

    def delete(self, recording_id: str, started_at: datetime) -> None:
        """Remove the published files; one that is gone is no error."""
        name = published_name(recording_id, started_at)
        for relative in (name, peaks_name(name)):
            (self.folder / relative).unlink(missing_ok=True)
