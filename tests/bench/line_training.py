"""Train the trees that tell a machine from a person, and write dialer/listening/answering.npz.

`python -m tests.bench.line_training STUDIO_FOLDER ASTERISK_PREFIX`, with scikit-learn (extra `dev`). The trees, their
thresholds and the bench have no voice, no sentence and no seed in common; features are kept in STUDIO_FOLDER.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dialer.listening.answering import LOOKS_S
from dialer.listening.sound import FRAME, FRAME_S
from dialer.listening.voice import Voice
from tests.bench.line_channel import RATE_HZ, Line, carried, coded, lossy
from tests.bench.line_greetings import CHOOSES, TEACHES, greeting
from tests.bench.line_people import Answer, answer, spoken
from tests.bench.line_voices import Speaker, Studio

# Of each seed.
CALLS = 1200
# Of all people, by each look, where the thresholds are chosen: what the looks lose adds up. The first has most of it:
# what it takes for a machine is dealt with earliest.
LOST_RATIOS = (0.008, 0.002, 0.002, 0.001)
VOICES = ("cmn", "yue", "en-us", "en-gb")
# espeak-ng says 2.3 to 3.7 syllables of Mandarin in a second at 140 to 230 words a minute, half of what people say
# (5.2: Pellegrino, Coupé, Marsico 2011); at 300 to 420 it says 4.6 to 6. The trees are taught with all of it, their
# thresholds are chosen by the pace of people, and the bench has the slow one too.
SLOW_WPM, ANY_WPM, NATURAL_WPM = (130, 230), (130, 420), (300, 420)
BENCH_VARIANTS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")


@dataclass(frozen=True, slots=True)
class School:
    """Whose `share` of the sentences is spoken in which voices; a number of voices for each seed."""

    share: int
    seeds: tuple[int, ...]
    variants: tuple[str, ...]
    voices: tuple[str, ...]
    mandarin_wpm: tuple[int, int]
    pool: int = 80


TAUGHT_VARIANTS = (
    "Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Hugo", "Jacky",
    "Lee", "Mario", "Michael", "Nguyen", "Storm", "Tweaky", "adam", "anika", "antonio", "aunty", "belinda",
    "benjamin", "boris", "david", "ed", "edward", "edward2", "grandma", "gustave", "iven", "iven2", "iven3",
    "iven4", "john", "kaukovalta", "klatt", "klatt2", "klatt3", "linda", "marcelo", "max", "michel", "norbert",
    "pablo", "paul", "pedro",
)  # fmt: skip
CHOOSING_VARIANTS = (
    "Marco", "Mike", "RicishayMax", "RicishayMax2", "announcer", "caleb", "grandpa", "klatt4", "miguel", "quincy",
    "rob", "robert", "sandro", "shelby", "steph", "steph2", "steph3", "travis", "victor", "zac",
)  # fmt: skip
TAUGHT = School(
    TEACHES, (11, 12, 13, 14, 15), TAUGHT_VARIANTS, (*VOICES, "cmn", "yue", "en-gb-scotland", "en-gb-x-rp"), ANY_WPM
)
TAUGHT_SLOWLY = replace(TAUGHT, seeds=(17, 18), mandarin_wpm=SLOW_WPM)
CHOOSING = School(CHOOSES, (31, 32, 33), CHOOSING_VARIANTS, VOICES, NATURAL_WPM)


def speakers(
    dice: np.random.Generator,
    count: int,
    variants: tuple[str, ...] = BENCH_VARIANTS,
    voices: tuple[str, ...] = VOICES,
    mandarin_wpm: tuple[int, int] = SLOW_WPM,
) -> list[Speaker]:
    """Return voices of espeak-ng, of any pace and pitch."""
    found = []
    for _ in range(count):
        voice = str(dice.choice(voices))
        language = "zh" if voice in {"cmn", "yue"} else "en"
        slowest, fastest = mandarin_wpm if voice == "cmn" else SLOW_WPM
        speed, pitch = int(dice.integers(slowest, fastest)), int(dice.integers(25, 80))
        found.append(Speaker(language, f"{voice}+{dice.choice(variants)}", speed=speed, pitch=pitch))
    return found


def lessons(studio: Studio, school: School, seed: int, count: int) -> list[tuple[Answer, np.ndarray]]:
    """Return a school's calls as they arrive."""
    dice = np.random.default_rng(seed)
    pool = speakers(dice, school.pool, school.variants, school.voices, school.mandarin_wpm)
    made = []
    for number in range(count):
        speaker, is_machine = pool[int(dice.integers(len(pool)))], bool(number % 2)
        parts = greeting(speaker.language, school.share, dice, is_machine=is_machine)
        made.append(spoken(studio, speaker, parts, dice, is_machine=is_machine))
    return arrived(made, dice)


def answers(
    studio: Studio, seed: int, count: int, voices: int, mandarin_wpm: tuple[int, int] = SLOW_WPM
) -> list[tuple[Answer, np.ndarray]]:
    """Return the bench's calls as they arrive: sentences and voices that no school has."""
    dice = np.random.default_rng(seed)
    pool = speakers(np.random.default_rng(voices), 60, mandarin_wpm=mandarin_wpm)
    made = [
        answer(studio, pool[int(dice.integers(len(pool)))], dice, is_machine=bool(number % 2))
        for number in range(count)
    ]
    return arrived(made, dice)


def arrived(made: list[Answer], dice: np.random.Generator) -> list[tuple[Answer, np.ndarray]]:
    """Send them over lines."""
    babble = np.concatenate([each.sound[RATE_HZ:] for each in made] * 3)
    lines = [Line.draw(dice, (10.0, 35.0)) for _ in made]
    sent = coded(
        [carried(each.sound, line, dice, babble) for each, line in zip(made, lines, strict=True)],
        [line.codec for line in lines],
    )
    heard = [lossy(each.astype(np.float32), line.loss_ratio, dice) for each, line in zip(sent, lines, strict=True)]
    return list(zip(made, heard, strict=True))


def rows(calls: list[tuple[Answer, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return features, whether it is a machine, the look and the call, for each look at each call."""
    x, y, looks, whose = [], [], [], []
    for number, (each, heard) in enumerate(calls):
        voice, until = Voice(), 0
        for look, at_s in enumerate(LOOKS_S):
            voice.add(heard[until : round(at_s / FRAME_S) * FRAME])
            until = round(at_s / FRAME_S) * FRAME
            found = voice.features()
            if found is not None:
                x.append(found)
                y.append(each.is_machine)
                looks.append(look)
                whose.append(number)
    return np.array(x), np.array(y), np.array(looks), np.array(whose)


def learned(studio: Studio, kept: Path, *schools: School) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows of all of their seeds; each seed's are kept."""
    parts = []
    for school, seed in [(each, seed) for each in schools for seed in each.seeds]:
        file = kept / f"features-{school.share}-{seed}.npz"
        if not file.exists():
            np.savez(file, *rows(lessons(studio, school, seed, CALLS)))
            sys.stdout.write(f"seed {seed}\n")
            sys.stdout.flush()
        with np.load(file) as arrays:
            x, y, looks, whose = (arrays[f"arr_{number}"] for number in range(4))
        parts.append((x, y, looks, whose + CALLS * len(parts)))
    x, y, looks, whose = (np.concatenate([part[number] for part in parts]) for number in range(4))
    return x, y, looks, whose


def chosen(score: np.ndarray, truth: np.ndarray, looks: np.ndarray, whose: np.ndarray) -> list[float]:
    """Return a threshold for each look: it loses its share of the people whom no look before it has lost."""
    kept, people, found = np.ones(whose.max() + 1, bool), len(np.unique(whose[~truth])), []
    for look, ratio in enumerate(LOST_RATIOS):
        asked = (looks == look) & ~truth & kept[whose]
        highest = np.sort(score[asked])[::-1]
        threshold = max(0.5, float(highest[round(ratio * people)]) + 1e-6)
        kept[whose[asked & (score >= threshold)]] = False
        found.append(threshold)
    return found


def main(studio_folder: str, prefix: str) -> None:
    """Train and write."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - of the extra `dev`

    kept = Path(studio_folder)
    studio = Studio(kept, Path(prefix))
    x, y, _, _ = learned(studio, kept, TAUGHT, TAUGHT_SLOWLY)
    model = HistGradientBoostingClassifier(
        max_iter=150, max_depth=5, learning_rate=0.05, min_samples_leaf=80, l2_regularization=1.0, random_state=1
    ).fit(x, y)
    tried, truth, looks, whose = learned(studio, kept, CHOOSING)
    score = model.predict_proba(tried)[:, 1]
    thresholds = chosen(score, truth, looks, whose)
    for look, threshold in enumerate(thresholds):
        found = (score[(looks == look) & truth] >= threshold).mean()
        sys.stdout.write(f"{LOOKS_S[look]} s: threshold {threshold:.3f}, machines found {found:.1%}\n")
    target = Path(__file__).parents[2] / "dialer" / "listening" / "answering.npz"
    np.savez_compressed(target, **_arrays(model), thresholds=np.array(thresholds, np.float32))


def _arrays(model: Any) -> dict[str, np.ndarray]:
    """Return its trees; scikit-learn shows them nowhere but in its own attributes, and its version is pinned."""
    trees = [each[0].nodes for each in model._predictors]
    most = max(map(len, trees))

    def filled(kind: type, of: Any) -> np.ndarray:
        result = np.full((len(trees), most), -1, kind)
        for row, nodes in zip(result, trees, strict=True):
            row[: len(nodes)] = of(nodes)
        return result

    return {
        "feature": filled(np.int32, lambda nodes: np.where(nodes["is_leaf"], -1, nodes["feature_idx"])),
        "split": filled(np.float32, lambda nodes: nodes["num_threshold"]),
        "left": filled(np.int32, lambda nodes: nodes["left"]),
        "right": filled(np.int32, lambda nodes: nodes["right"]),
        "value": filled(np.float32, lambda nodes: nodes["value"]),
        "start": np.array(float(model._baseline_prediction.item())),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
