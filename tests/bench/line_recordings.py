"""Known recordings on bad lines, and all that is none of them: found, mistaken, how soon, and at what cost."""

import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from dialer.listening.answering import Answering
from dialer.listening.listener import LineListener
from dialer.listening.matching import Index, Known
from dialer.listening.shelf import shipped_plans, shipped_trees
from dialer.listening.sound import FRAME, RATE_HZ, Samples
from dialer.listening.words import RECORDED, Phase
from tests.bench.line_channel import Line, Sound, carried, coded, lossy
from tests.bench.line_voices import CLASSES, ESPEAK, OTHER, TEXTS, Speaker, Studio
from tests.bench.section import How

SEED = 241
KNOWN_REAL = 110
LEAST_REAL = 14_000
CLIP = 5 * RATE_HZ
_BANDS = ((15.0, 31.0, "15-30 dB"), (10.0, 15.0, "10-15 dB"), (5.0, 10.0, "5-10 dB"))


@dataclass(frozen=True, slots=True)
class Clip:
    """`label` "": none of the library's. `begins_s`: of the recording in it."""

    kind: str
    label: str
    line: Line
    begins_s: float
    sound: Samples


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was final, if anything, and when."""

    label: str
    at_s: float
    cpu_s: float
    fed_s: float
    is_stage: bool


def recordings_table(studio: Studio, how: How) -> str:
    """Return Markdown."""
    clips, index, library_s = corpus(studio, np.random.default_rng(SEED), how.pick(400, 30), how.pick(600, 30))
    heard = [(clip, listen(clip, index)) for clip in clips]
    known = [(clip, out) for clip, out in heard if clip.label]
    other = [(clip, out) for clip, out in heard if not clip.label]
    rows = [_row(name, [one for one in known if low <= one[0].line.snr_db < high]) for low, high, name in _BANDS]
    fed_s, cpu_s = (sum(getattr(out, name) for _, out in heard) for name in ("fed_s", "cpu_s"))
    false = Counter(clip.kind for clip, out in other if out.label)
    total = Counter(clip.kind for clip, _ in other)
    told = ", ".join(f"{kind} {false[kind]} of {number}" for kind, number in total.items())
    taken = Counter(out.label for _, out in other if out.label)
    speech = [(clip, out) for clip, out in other if clip.kind != "same text, another voice"]
    wrong = sum(bool(out.label) for _, out in speech)
    return "\n".join([
        f"### Known recordings: {len(index.known)} in the library, {library_s:.0f} s\n",
        f"{len(known)} clips of 5 s of them, 30 % begun in the middle; labels {', '.join(CLASSES)}, given to Asterisk's prompts in turn.\n",
        "| noise | clips | right | wrong label | announcement only | t50 | t90 |", "|---|---|---|---|---|---|---|", *rows, "",
        f"Taken for a recording that it is not, in clips of 5 s: {told}. Other speech and music: **{wrong / max(1, len(speech)):.2%}** "
        f"({wrong} of {len(speech)}); as {', '.join(f'{label} {number}' for label, number in sorted(taken.items())) or 'nothing'}. "
        f"CPU {1000 * cpu_s / fed_s:.1f} ms for each second of a call (all layers before the answer); in the first 5 s after it "
        f"{_after_the_answer_ms([clip for clip, _ in other if 'person' in clip.kind][: how.pick(60, 4)], index):.1f} ms, with who answered.\n",
        *_confusion(known),
    ])  # fmt: skip


def corpus(studio: Studio, dice: np.random.Generator, count: int, others: int) -> tuple[list[Clip], Index, float]:
    """Return the clips as they arrive, and the library."""
    prompts = {name: sound for name, sound in studio.prompts().items() if len(sound) > LEAST_REAL}
    names = sorted(prompts)
    dice.shuffle(names)
    library: list[tuple[str, str, Sound]] = [
        (f"{speaker.espeak}/{label}", label, studio.say(speaker, TEXTS[speaker.language][label][number % 2]))
        for number, speaker in enumerate(ESPEAK)
        for label in CLASSES
    ]
    library += [(name, CLASSES[i % len(CLASSES)], prompts[name]) for i, name in enumerate(names[:KNOWN_REAL])]
    unknown = [prompts[name] for name in names[KNOWN_REAL:]]
    babble = np.concatenate(list(prompts.values()))
    made = [_known(library, dice, babble) for _ in range(count)]
    made += [_other(studio, unknown, number, dice, babble) for number in range(others)]
    sent = coded([sound for *_, sound in made], [each[2].codec for each in made])
    clips = [
        Clip(kind, label, line, begins_s, lossy(sound.astype(np.float32), line.loss_ratio, dice).astype(np.int16))
        for (kind, label, line, begins_s, _), sound in zip(made, sent, strict=True)
    ]
    index = Index([Known(ref, label, sound.astype(np.int16)) for ref, label, sound in library])
    return clips, index, sum(len(sound) for *_, sound in library) / RATE_HZ


def listen(clip: Clip, index: Index) -> Outcome:
    """Feed it as Asterisk would."""
    listener = LineListener(Phase.EARLY, index, _PLANS)
    began, is_stage = time.process_time(), False
    for begin in range(0, len(clip.sound) - FRAME + 1, FRAME):
        verdict = listener.feed(clip.sound[begin : begin + FRAME])
        if verdict is not None:
            is_stage = True
            if verdict.is_final:
                fed_s = (begin + FRAME) / RATE_HZ
                label = verdict.label.value if verdict.label in RECORDED else f"tone {verdict.label.value}"
                return Outcome(label, fed_s, time.process_time() - began, fed_s, is_stage)
    return Outcome("", 0.0, time.process_time() - began, len(clip.sound) / RATE_HZ, is_stage)


def _after_the_answer_ms(clips: list[Clip], index: Index) -> float:
    """Return ms of CPU for each second of calls that somebody unknown answered."""
    trees, fed_s, began = shipped_trees(), 0.0, time.process_time()
    for clip in clips:
        listener = LineListener(Phase.ANSWERED, index, _PLANS, Answering(trees))
        for begin in range(0, len(clip.sound) - FRAME + 1, FRAME):
            listener.feed(clip.sound[begin : begin + FRAME])
            fed_s += FRAME / RATE_HZ
    return 1000 * (time.process_time() - began) / fed_s


_PLANS = shipped_plans()
_Made = tuple[str, str, Line, float, Sound]


def _known(library: list[tuple[str, str, Sound]], dice: np.random.Generator, babble: Sound) -> _Made:
    _, label, sound = library[int(dice.integers(len(library)))]
    before = np.zeros(int(dice.uniform(0, RATE_HZ)), np.float32)
    begin = int(dice.uniform(0, max(1, len(sound) - 20_000))) if dice.random() < 0.3 else 0
    again = np.concatenate([before, sound[begin:], np.zeros(RATE_HZ // 2, np.float32), sound])
    line = Line.draw(dice)
    return "known", label, line, len(before) / RATE_HZ, carried(_clip(again), line, dice, babble)


def _other(studio: Studio, unknown: list[Sound], number: int, dice: np.random.Generator, babble: Sound) -> _Made:
    speaker = ESPEAK[int(dice.integers(len(ESPEAK)))]
    if number % 6 < 3:
        kind = "another recording of the same person"
        sound = np.concatenate([unknown[int(dice.integers(len(unknown)))] for _ in range(3)])
    elif number % 6 == 3:
        kind = "another sentence, same synthetic voice"
        sound = np.concatenate([studio.say(speaker, str(dice.choice(OTHER[speaker.language]))) for _ in range(2)])
    elif number % 6 == 4:
        kind = "same text, another voice"
        other = Speaker(speaker.language, f"{speaker.espeak.partition('+')[0]}+m5", speed=175, pitch=45)
        sound = studio.say(other, TEXTS[other.language][str(dice.choice(CLASSES))][int(dice.integers(2))])
    else:
        kind = "music"
        music = studio.music()[int(dice.integers(5))]
        begin = int(dice.integers(len(music) - CLIP))
        sound = music[begin : begin + CLIP]
    line = Line.draw(dice)
    return kind, "", line, 0.0, carried(_clip(sound), line, dice, babble)


def _clip(sound: Sound) -> Sound:
    return np.concatenate([sound, np.zeros(max(0, CLIP - len(sound)), np.float32)])[:CLIP]


def _row(name: str, band: list[tuple[Clip, Outcome]]) -> str:
    number = max(1, len(band))
    right = [out.at_s - clip.begins_s for clip, out in band if out.label == clip.label]
    wrong = sum(bool(out.label) and out.label != clip.label for clip, out in band)
    stage = sum(not out.label and out.is_stage for _, out in band)
    t50, t90 = (float(np.percentile(right, each)) if right else float("nan") for each in (50, 90))
    return (
        f"| {name} | {len(band)} | {len(right) / number:.1%} | {wrong / number:.2%} ({wrong}) | {stage / number:.1%} | "
        f"{t50:.2f} s | {t90:.2f} s |"
    )


def _confusion(known: list[tuple[Clip, Outcome]]) -> list[str]:
    seen = Counter((clip.label, out.label or "none") for clip, out in known)
    columns = [*CLASSES, "none"]
    rows = [f"| {label} | " + " | ".join(str(seen[label, each]) for each in columns) + " |" for label in CLASSES]
    return ["| is \\ taken for (all noise) | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows]
