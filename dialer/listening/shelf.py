"""The library as files: `prompts/<id>.toml` beside `<id>.wav`, `unmatched/<call>.wav`, and the tone plans that ship."""

import hashlib
import io
import json
import re
import wave
from dataclasses import asdict
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np

from dialer.errors import NoSuchPrompt, OddSound
from dialer.listening.answering import Trees, load_trees
from dialer.listening.clusters import Cluster, clusters
from dialer.listening.library import Library, Prompt, build, is_label, parameters
from dialer.listening.sound import RATE_HZ, Samples
from dialer.listening.tone import TonePlan
from dialer.listening.words import RECORDED
from dialer.toml_document import read_document

SHIPPED_TONES = Path(__file__).parent / "tones"
SHIPPED_TREES = Path(__file__).parent / "answering.npz"
# What is shorter has not enough bits to be told from anything else.
LEAST_S = 1.0
MOST_S = 60.0
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


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


class Shelf:
    """One folder."""

    def __init__(self, folder: Path) -> None:
        self._prompts = folder / "prompts"
        self._unmatched = folder / "unmatched"
        self._built = folder / "library.json"

    def prompts(self) -> list[Prompt]:
        """Return all, by id."""
        return [read_document(file, Prompt) for file in sorted(self._prompts.glob("*.toml"))]

    def build(self) -> Library:
        """Match all against all, and note the version; nothing is noted of one that is refused."""
        library = build([(each, self._sound(each)) for each in self.prompts()])
        noted = {"version": library.version, "parameters": parameters(), "shared": [asdict(s) for s in library.shared]}
        self._built.parent.mkdir(parents=True, exist_ok=True)
        _write(self._built, (json.dumps(noted, indent=1) + "\n").encode())
        return library

    def add(self, prompt_id: str, label: str, sound: Path, **known: Unpack[Known]) -> Prompt:
        """Take a recording with its label; one under this id is refused."""
        if not _ID.fullmatch(prompt_id):
            raise NoSuchPrompt(prompt_id, "an id is of small letters, digits, dots and dashes")
        if not is_label(label):
            raise NoSuchPrompt(label, f"a recording is one of {', '.join(sorted(RECORDED))}")
        target = self._prompts / f"{prompt_id}.toml"
        if target.exists():
            raise NoSuchPrompt(prompt_id, "is in the library already")
        samples = read_wav(sound)
        data = _wav(samples)
        prompt = Prompt(prompt_id, label, hashlib.sha256(data).hexdigest(), **known)
        self._prompts.mkdir(parents=True, exist_ok=True)
        _write(target.with_suffix(".wav"), data)
        _write(target, _toml(prompt))
        return prompt

    def keep(self, call_id: str, samples: Samples) -> None:
        """Keep the early media of a call that nothing was recognised in."""
        if not _ID.fullmatch(call_id):
            raise NoSuchPrompt(call_id, "an id is of small letters, digits, dots and dashes")
        self._unmatched.mkdir(parents=True, exist_ok=True)
        _write(self._unmatched / f"{call_id}.wav", _wav(samples))

    def clusters(self) -> tuple[Cluster, ...]:
        """Return what was heard in several calls and has no label yet."""
        return clusters({file.stem: read_wav(file) for file in sorted(self._unmatched.glob("*.wav"))})

    def label(self, name: str, label: str, **known: Unpack[Known]) -> Prompt:
        """Give a cluster its label, once; its calls are unmatched no more."""
        found = next((each for each in self.clusters() if each.name == name), None)
        if found is None:
            raise NoSuchPrompt(name, "there is no such cluster")
        sound = self._unmatched / f"{found.name}.wav"
        known["source_call"] = name
        prompt = self.add(name, label, sound, **known)
        for call in found.calls:
            (self._unmatched / f"{call}.wav").unlink()
        return prompt

    def _sound(self, prompt: Prompt) -> Samples:
        file = self._prompts / f"{prompt.id}.wav"
        if hashlib.sha256(file.read_bytes()).hexdigest() != prompt.sha256:
            raise OddSound(str(file), "is not the sound that was labelled (sha256)")
        return read_wav(file)


def read_wav(file: Path) -> Samples:
    """Return the samples of an 8 kHz, mono, 16 bit file of LEAST_S to MOST_S."""
    try:
        with wave.open(str(file)) as opened:
            form = (opened.getframerate(), opened.getnchannels(), opened.getsampwidth())
            data = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError) as error:
        raise OddSound(str(file), f"is no WAV file ({error})") from None
    if form != (RATE_HZ, 1, 2):
        raise OddSound(str(file), "has to be 8 kHz, mono, 16 bit")
    if not LEAST_S <= len(data) / 2 / RATE_HZ <= MOST_S:
        raise OddSound(str(file), f"has to last {LEAST_S:g} to {MOST_S:g} s")
    return np.frombuffer(data, "<i2").astype(np.int16)


def _wav(samples: Samples) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()


def _toml(prompt: Prompt) -> bytes:
    """JSON's texts are TOML's, but for DEL."""
    fields = asdict(prompt).items()
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "") for name, value in fields]
    return ("\n".join(lines) + "\n").encode()


def _write(target: Path, data: bytes) -> None:
    partial = target.with_name(f".{target.name}.partial")
    partial.write_bytes(data)
    partial.replace(target)
