"""The library as files: `prompts/<id>.toml` beside `<id>.wav`, `unmatched/<call>.wav`, and the tone plans that ship.

What is taken out lies in `removed` for a while. A recording is there when its `.toml` is: it is written last and goes
first.
"""

import hashlib
import json
import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

from dialer.errors import FaintSound, NoSuchPrompt, OddSound, PromptThere, SoundGone
from dialer.listening.answering import Trees, load_trees
from dialer.listening.cadence import TonePlan
from dialer.listening.clusters import Cluster, clusters
from dialer.listening.library import Library, Prompt, assembled, build, is_label, parameters, refuse_same_audio
from dialer.listening.matching import Known as KnownSound
from dialer.listening.sound import FRAME_S, Samples, loud_frames
from dialer.listening.unmatched import ID, Unmatched
from dialer.listening.wav import length_s, read_wav, wav_of, write_whole
from dialer.listening.words import RECORDED, SET_ASIDE
from dialer.toml_document import read_document

SHIPPED_TONES = Path(__file__).parent / "tones"
SHIPPED_TREES = Path(__file__).parent / "answering.npz"
# Of sound, pauses not counted.
LOUD_LEAST_S = 1.0
REMOVED_FOR = timedelta(days=30)


def shipped_plans() -> tuple[TonePlan, ...]:
    """Return the tones of the countries that ship."""
    return tuple(read_document(file, TonePlan) for file in sorted(SHIPPED_TONES.glob("*.toml")))


def shipped_trees() -> Trees:
    """Return what tells a machine from a person."""
    return load_trees(SHIPPED_TREES)


class Known(TypedDict, total=False):
    """What else is known of a recording."""

    carrier: str
    country: str
    language: str
    transcript: str
    source_call: str
    heard_on: str
    reviewed_by: str
    added_at: str


class Shelf:
    """One folder."""

    def __init__(self, folder: Path) -> None:
        self._prompts = folder / "prompts"
        self._removed = folder / "removed"
        self._built = folder / "library.json"
        self.unmatched = Unmatched(folder / "unmatched")
        self.tally_file = folder / "heard.json"

    def prompts(self) -> list[Prompt]:
        """Return all, by id."""
        return [read_document(file, Prompt) for file in sorted(self._prompts.glob("*.toml"))]

    def length_s(self, prompt: Prompt) -> float:
        """Return how long a recording is; 0: its sound is gone."""
        file = self._wav(prompt.id)
        return length_s(file) if file.exists() else 0.0

    def one(self, prompt_id: str) -> tuple[Prompt, Path]:
        """Return a recording of the library, and its sound."""
        if not ID.fullmatch(prompt_id) or not self._toml(prompt_id).exists():
            raise NoSuchPrompt(prompt_id, "is not in the library")
        return read_document(self._toml(prompt_id), Prompt), self._wav(prompt_id)

    def sound(self, prompt_id: str) -> tuple[Prompt, Path]:
        """As `one`, but with a sound that is there."""
        prompt, _ = self.one(prompt_id)
        return prompt, self._there(prompt_id)

    def load(self) -> Library:
        """Make it ready for calls; `add` has compared each with all others."""
        return assembled(self.sounds())

    def build(self) -> Library:
        """Match all against all, and note the version; nothing is noted of one that is refused."""
        library = build(self.sounds())
        noted = {"version": library.version, "parameters": parameters(), "shared": [asdict(s) for s in library.shared]}
        write_whole(self._built, (json.dumps(noted, indent=1) + "\n").encode())
        return library

    def sounds(self) -> list[tuple[Prompt, Samples]]:
        """Return all with what is heard in them."""
        return [(each, self._sound(each)) for each in self.prompts()]

    def add(self, prompt_id: str, label: str, sound: Path, **known: Unpack[Known]) -> Prompt:
        """Take a recording with its label. Refused, and nothing is kept: one under this id, one under another label."""
        if not ID.fullmatch(prompt_id):
            raise NoSuchPrompt(prompt_id, "an id is of small letters, digits, dots and dashes")
        if not is_label(label):
            raise NoSuchPrompt(label, f"a recording is one of {', '.join(sorted({*RECORDED, *SET_ASIDE}))}")
        if self._toml(prompt_id).exists():
            raise PromptThere(prompt_id)
        samples = read_wav(sound)
        if loud_frames(samples) * FRAME_S < LOUD_LEAST_S:
            raise FaintSound(str(sound))
        data = wav_of(samples)
        prompt = Prompt(prompt_id, label, hashlib.sha256(data).hexdigest(), **known, active=label not in SET_ASIDE)
        self._refuse_same(prompt, samples)
        self._put(prompt, data)
        return prompt

    def remove(self, prompt_id: str, now: datetime) -> Prompt:
        """Take it out of the library; it can come back for REMOVED_FOR."""
        prompt, sound = self.one(prompt_id)
        self._removed.mkdir(parents=True, exist_ok=True)
        # somebody may have deleted the sound by hand
        there = [source for source in (self._toml(prompt_id), sound) if source.exists()]
        for source in there:
            # before it is there, or whoever tidies up meanwhile goes by when it was added
            os.utime(source, (now.timestamp(), now.timestamp()))
        for source in there:
            source.replace(self._removed / source.name)
        return prompt

    def drop(self, prompt_id: str) -> None:
        """Take back what was just added, as if it had never been there."""
        self._toml(prompt_id).unlink(missing_ok=True)
        self._wav(prompt_id).unlink(missing_ok=True)

    def restore(self, prompt_id: str) -> Prompt:
        """Bring back what was taken out, unless its sound has got another label meanwhile; what is there stays."""
        document, sound = self._removed / f"{prompt_id}.toml", self._removed / f"{prompt_id}.wav"
        if ID.fullmatch(prompt_id) and self._toml(prompt_id).exists():
            return read_document(self._toml(prompt_id), Prompt)
        if not ID.fullmatch(prompt_id) or not document.exists():
            raise NoSuchPrompt(prompt_id, "was not taken out of the library")
        prompt = read_document(document, Prompt)
        # whoever took it out was killed before its sound had followed
        kept = sound if sound.exists() else self._there(prompt_id)
        self._refuse_same(prompt, read_wav(kept))
        self._put(prompt, kept.read_bytes())
        document.unlink()
        sound.unlink(missing_ok=True)
        return prompt

    def tidy(self, now: datetime, kept_for: timedelta) -> None:
        """Delete what was taken out long ago, and sounds without a label that are older than `kept_for`."""
        removed = list(self._removed.glob("*"))
        # whoever took it out was killed before its sound had followed
        left = [
            self._wav(file.stem) for file in removed if file.suffix == ".toml" and not self._toml(file.stem).exists()
        ]
        for file in (*left, *removed):
            with suppress(FileNotFoundError):  # brought back meanwhile
                if now.timestamp() - file.stat().st_mtime > REMOVED_FOR.total_seconds():
                    file.unlink()
        self.unmatched.tidy(now, kept_for)

    def erase(self, call_ids: Collection[str]) -> int:
        """Delete what these calls left of people, and say how many files it was; announcements are nobody's."""
        files = [file for call_id in call_ids if ID.fullmatch(call_id) for file in self.unmatched.files(call_id)]
        for document in (*self._prompts.glob("*.toml"), *self._removed.glob("*.toml")):
            prompt = read_document(document, Prompt)
            if prompt.label in SET_ASIDE and prompt.source_call in call_ids:
                files += [document, self._removed / f"{prompt.id}.wav", self._wav(prompt.id)]
        there = [file for file in files if file.exists()]
        for file in there:
            file.unlink(missing_ok=True)
        return len(there)

    def keep(self, call_id: str, samples: Samples) -> None:
        """Keep the early media of a call that nothing was recognised in."""
        self.unmatched.keep(call_id, samples)

    def clusters(self) -> tuple[Cluster, ...]:
        """Return what was heard in several calls and has no label yet."""
        return clusters(self.unmatched.sounds())

    def label(self, name: str, label: str, **known: Unpack[Known]) -> Prompt:
        """Give a cluster its label, once; its calls are unmatched no more."""
        found = next((each for each in self.clusters() if each.name == name), None)
        if found is None:
            raise NoSuchPrompt(name, "there is no such cluster")
        known["source_call"] = name
        prompt = self.add(name, label, self.unmatched.file(name), **known)
        self.unmatched.drop(found.calls)
        return prompt

    def _toml(self, prompt_id: str) -> Path:
        return self._prompts / f"{prompt_id}.toml"

    def _wav(self, prompt_id: str) -> Path:
        return self._prompts / f"{prompt_id}.wav"

    def _there(self, prompt_id: str) -> Path:
        file = self._wav(prompt_id)
        if not file.is_file():
            raise SoundGone(str(file))
        return file

    def _refuse_same(self, prompt: Prompt, samples: Samples) -> None:
        compared = [(each, sound) for each, sound in self.sounds() if each.active or each.label in SET_ASIDE]
        others = [KnownSound(each.id, each.label, sound) for each, sound in compared]
        refuse_same_audio(KnownSound(prompt.id, prompt.label, samples), others)

    def _put(self, prompt: Prompt, data: bytes) -> None:
        write_whole(self._wav(prompt.id), data)
        write_whole(self._toml(prompt.id), _toml(prompt))

    def _sound(self, prompt: Prompt) -> Samples:
        file = self._there(prompt.id)
        if hashlib.sha256(file.read_bytes()).hexdigest() != prompt.sha256:
            raise OddSound(str(file), "is not the sound that was labelled (sha256)")
        return read_wav(file)


def _toml(prompt: Prompt) -> bytes:
    """JSON's texts are TOML's, but for DEL."""
    fields = asdict(prompt).items()
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "") for name, value in fields]
    return ("\n".join(lines) + "\n").encode()
