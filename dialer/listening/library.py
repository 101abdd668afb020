"""The library of known recordings: what one is, and the build that refuses the same audio under two labels."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dialer.errors import SameAudioTwice
from dialer.listening import matching, sound
from dialer.listening.matching import Index, Known, Matcher
from dialer.listening.sound import FRAME, FRAME_S, Fingerprinter, Samples
from dialer.listening.words import RECORDED, SET_ASIDE

# Most of the shorter of two is in the other: they are one. Less: they begin the same way, or share a sentence.
SAME_RATIO = 0.8
SHARED_LEAST_S = 1.0
# Higher than on a line while dialing: both are recordings that somebody kept.
CLEAN_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an operator knows of a recording (`prompts/<id>.toml`); the sound lies beside it."""

    id: str
    label: str
    sha256: str
    carrier: str = ""
    country: str = ""
    language: str = ""
    transcript: str = ""
    source_call: str = ""
    heard_on: str = ""
    reviewed_by: str = ""
    added_at: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Shared:
    """Two recordings have this much in common; under different labels the margin rule has to wait for the rest."""

    first: str
    second: str
    shared_s: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Library:
    """Built: ready for all calls."""

    index: Index
    version: str
    shared: tuple[Shared, ...]


def parameters() -> str:
    """Return what the bits depend on; another library version where one of them changes."""
    of_bits = (sound.WINDOW, sound.FRAME, sound.BANDS, sound.LOWEST_HZ, sound.HIGHEST_HZ, sound.LAG, sound.STRONG)
    of_match = (matching.STANDS, matching.ENOUGH, matching.TAIL_LEAST, matching.THIRD_LEAST, matching.MARGIN_BITS)
    return ",".join(str(each) for each in (*of_bits, *of_match))


def assembled(prompts: Sequence[tuple[Prompt, Samples]]) -> Library:
    """Make those that are in use ready for calls, as they are: each was compared with all others when it was added."""
    active = [(prompt, samples) for prompt, samples in prompts if prompt.active]
    digest = hashlib.sha256(parameters().encode())
    for prompt, _ in sorted(active, key=lambda each: each[0].id):
        digest.update(f"\n{prompt.id} {prompt.label} {prompt.sha256}".encode())
    known = [Known(prompt.id, prompt.label, samples) for prompt, samples in active]
    return Library(Index(known), digest.hexdigest()[:16], ())


def build(prompts: Sequence[tuple[Prompt, Samples]]) -> Library:
    """Match every recording against all others; raise SameAudioTwice when one sound has two labels."""
    library = assembled(prompts)
    known = library.index.known
    shared = tuple(_compared(known))
    labels = {each.ref: each.label for each in known}
    for each in shared:
        if each.ratio >= SAME_RATIO and labels[each.first] != labels[each.second]:
            raise SameAudioTwice(each.first, labels[each.first], each.second, labels[each.second])
    return replace(library, shared=shared)


def refuse_same_audio(one: Known, others: Sequence[Known]) -> None:
    """Raise SameAudioTwice when one of the others is this sound under another label: as `build` does, and both ways."""
    index = Index([one])
    to_them = common_s(one.samples, Index(others), CLEAN_SCORE)
    for each in others:
        if each.label == one.label or each.ref not in to_them:
            continue
        shared_s = max(to_them[each.ref], common_s(each.samples, index, CLEAN_SCORE).get(one.ref, 0.0))
        shorter_s = min(len(one.samples), len(each.samples)) / sound.RATE_HZ
        if shared_s >= SHARED_LEAST_S and round(shared_s / shorter_s, 2) >= SAME_RATIO:
            raise SameAudioTwice(each.ref, each.label, one.ref, one.label)


def _compared(known: Sequence[Known]) -> list[Shared]:
    index, found = Index(known), []
    length_s = {each.ref: len(each.samples) / sound.RATE_HZ for each in known}
    for each in known:
        for ref, shared_s in sorted(common_s(each.samples, index, CLEAN_SCORE).items()):
            if ref > each.ref and shared_s >= SHARED_LEAST_S:
                ratio = shared_s / min(length_s[each.ref], length_s[ref])
                found.append(Shared(each.ref, ref, round(shared_s, 2), round(min(1.0, ratio), 2)))
    return found


def common_s(samples: Samples, index: Index, least: float) -> dict[str, float]:
    """Return which recordings of the index a sound has something of, and how many seconds."""
    prints, matcher = Fingerprinter(), Matcher(index)
    covered: dict[str, set[int]] = {}
    for begin in range(0, len(samples) - FRAME + 1, FRAME):
        frame = samples[begin : begin + FRAME].astype(np.float32)
        level = float(np.sqrt(np.dot(frame, frame) / FRAME))
        matcher.feed(prints.feed(frame), level)
        at = begin // FRAME
        for ref in matcher.all_near(least):
            covered.setdefault(ref, set()).update(range(max(0, at - matching.SECOND + 1), at + 1))
    return {ref: len(frames) * FRAME_S for ref, frames in covered.items()}


def is_label(label: str) -> bool:
    """Whether an operator may use it for a recording."""
    return label in {str(each) for each in RECORDED} | SET_ASIDE
