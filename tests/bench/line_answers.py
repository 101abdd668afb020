"""People and machines that answer: what the trees keep and find, beside app_amd's rule by its own settings."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dialer.listening.answering import LOOKS_S, Answering, Trees
from dialer.listening.shelf import shipped_trees
from dialer.listening.sound import FRAME, RATE_HZ
from dialer.listening.words import Label
from tests.bench.line_asterisk import amd_says
from tests.bench.line_channel import Sound
from tests.bench.line_people import Answer, answer, fitted, silence
from tests.bench.line_training import NATURAL_WPM, answers, arrived
from tests.bench.line_voices import Studio
from tests.bench.section import How

SEED = 47
# Of no voice, sentence or seed of the training. The second sample is as large and other dice.
UNSEEN_VOICES = 147
AGAIN_SEED, AGAIN_VOICES = 5047, 5147
NATURAL_SEED, NATURAL_VOICES = 6047, 6147
Call = tuple[Answer, Sound]
Times = tuple[NDArray[np.float64], NDArray[np.float64]]
_SHORT_S, _LONG_S = 1.4, 3.0


def answers_table(studio: Studio, how: How) -> str:
    """Return Markdown."""
    groups: dict[str, list[Call]] = {
        "espeak-ng, voices and sentences that the training had not": answers(
            studio, SEED, how.pick(600, 40), UNSEEN_VOICES
        ),
        "the same, other voices, lines and dice": answers(studio, AGAIN_SEED, how.pick(600, 40), AGAIN_VOICES),
        "as before, and Mandarin at people's pace": answers(
            studio, NATURAL_SEED, how.pick(600, 40), NATURAL_VOICES, NATURAL_WPM
        ),
        "one real person (Asterisk's prompts: short ones as greetings, long ones as machines)": _real(studio, how),
    }
    if studio.flite:
        dice = np.random.default_rng(SEED)
        made = [
            answer(studio, studio.flite[i // 2 % len(studio.flite)], dice, is_machine=bool(i % 2))
            for i in range(how.pick(400, 20))
        ]
        groups["flite, another synthesizer"] = arrived(made, dice)
    heard = {name: _asked(said_machine_at_s, calls) for name, calls in groups.items()}
    rows = [
        row
        for name, calls in groups.items()
        for row in (
            *_rows(f"{name} | {len(calls)} | trees", heard[name], LOOKS_S[:3]),
            *_rows(f"{name} | {len(calls)} | app_amd", _asked(amd_says_machine_at_s, calls), (5.0,)),
            _amd_row(name, calls[: how.pick(100, 8)]),
        )
    ]
    counts = [row for name, times in heard.items() for row in _counted(name, times)]
    return "\n".join([
        "\n### A person or a machine, from the answer on\n",
        "Trees over timing, pitch, level and timbre, trained on espeak-ng alone (`tests/bench/line_training.py`): its trees, its thresholds and this table",
        "have no voice, no sentence and no seed in common. A machine is said from 2 s on, and",
        "may be said later of who was first taken for a person. `app_amd`: our model of its rule (silence and word lengths, defaults of the code); `AMD()`: the real one, by the amd.conf that comes with it.",
        "Real people's greetings were not to be had: the one real voice reads prompts, and its figures say how far speech of another kind is.\n",
        "| voices | calls | rule | people kept | machines found |", "|---|---|---|---|---|", *rows,
        "\nThe trees, in calls:\n", f"| voices | who it is | calls | {' | '.join(f'machine by {at_s:g} s' for at_s in LOOKS_S)} | to the end a person |",
        "|---" * (len(LOOKS_S) + 4) + "|", *counts,
    ])  # fmt: skip


def said_machine_at_s(sound: Sound) -> float:
    """Return when the trees say machine, or infinity."""
    listener = Answering(_trees())
    for begin in range(0, len(sound) - FRAME + 1, FRAME):
        frame = sound[begin : begin + FRAME].astype(np.float32)
        guess = listener.feed(frame, float(np.sqrt(np.mean(frame * frame))))
        if guess is not None and guess.label is Label.MACHINE:
            return (begin + FRAME) / RATE_HZ
    return float("inf")


def amd_says_machine_at_s(sound: Sound) -> float:
    """Return when app_amd's rule says machine (apps/app_amd.c of 22: silence 256, words of 100 ms, greeting 1500 ms)."""
    level = np.abs(sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)).mean(axis=1)
    silence_ms = voice_ms = words = 0
    in_word, in_greeting = False, False
    for number, each in enumerate(level, 1):
        total_ms = number * 20
        if each < 256:
            silence_ms, voice_ms = silence_ms + 20, 0 if silence_ms >= 50 else voice_ms
            in_word = in_word and silence_ms < 50
            if not in_greeting and silence_ms >= 2500:
                return total_ms / 1000
            if in_greeting and silence_ms >= 800:
                return float("inf")
        else:
            voice_ms, silence_ms = voice_ms + 20, 0
            if voice_ms >= 100 and not in_word:
                words, in_word, in_greeting = words + 1, True, True
            if words > 3 or voice_ms >= 1500:
                return total_ms / 1000
    return float("inf")


@cache
def _trees() -> Trees:
    return shipped_trees()


def _asked(says: Callable[[Sound], float], calls: list[Call]) -> Times:
    """Return when a rule says machine: of people, and of machines."""
    people, machines = (
        np.array([says(sound) for each, sound in calls if each.is_machine is is_machine])
        for is_machine in (False, True)
    )
    return people, machines


def _rows(of: str, times: Times, at: tuple[float, ...]) -> list[str]:
    people, machines = times
    return [
        f"| {of}, by {by_s:g} s | {(people > by_s + 0.01).mean():.1%} | {(machines <= by_s + 0.01).mean():.1%} |"
        for by_s in at
    ]


def _counted(name: str, times: Times) -> list[str]:
    """Return what became of each, in numbers: people, then machines."""
    rows = []
    for who, said in zip(("person", "machine"), times, strict=True):
        by = " | ".join(str(int((said <= at_s + 0.01).sum())) for at_s in LOOKS_S)
        rows.append(f"| {name} | {who} | {len(said)} | {by} | {int(np.isinf(said).sum())} |")
    return rows


def _amd_row(name: str, calls: list[Call]) -> str:
    said = amd_says([sound for _, sound in calls])
    kept, found = (
        np.mean(
            [
                (told == "MACHINE") is is_machine
                for (each, _), told in zip(calls, said, strict=True)
                if each.is_machine is is_machine
            ]
        )
        for is_machine in (False, True)
    )
    return f"| {name} | {len(calls)} | `AMD()` | {kept:.1%} | {found:.1%} |"


def _real(studio: Studio, how: How) -> list[Call]:
    dice = np.random.default_rng(SEED)
    prompts = [sound for _, sound in sorted(studio.prompts().items())]
    short = [each for each in prompts if 0.3 * RATE_HZ < len(each) < _SHORT_S * RATE_HZ]
    long = [each for each in prompts if len(each) > _LONG_S * RATE_HZ]
    made = []
    for number in range(how.pick(400, 20)):
        chosen = (long if number % 2 else short)[int(dice.integers(len(long if number % 2 else short)))]
        sound = fitted(np.concatenate([silence(dice.uniform(0.15, 1.2)), chosen]))
        made.append(Answer(bool(number % 2), "Allison", sound))
    return arrived(made, dice)
