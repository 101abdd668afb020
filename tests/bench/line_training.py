"""Train the trees that tell a machine from a person, and write dialer/listening/answering.npz.

`python -m tests.bench.line_training STUDIO_FOLDER ASTERISK_PREFIX`, with scikit-learn (extra `dev`). Seeds 1 and 2
train, 4 with other voices chooses the thresholds; the bench uses others again.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from dialer.listening.answering import LOOKS_S
from dialer.listening.sound import FRAME, FRAME_S
from dialer.listening.voice import features
from tests.bench.line_channel import RATE_HZ, Line, carried, coded, lossy
from tests.bench.line_people import Answer, answer
from tests.bench.line_voices import Speaker, Studio

# Of all people, by each look, where the thresholds are chosen: what the looks lose adds up, and is 1 % in all. The
# first has most of it: what it takes for a machine is dealt with earliest.
LOST_RATIOS = (0.004, 0.003, 0.002, 0.001)
VARIANTS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")
VOICES = ("cmn", "yue", "en-us", "en-gb")


def speakers(dice: np.random.Generator, count: int) -> list[Speaker]:
    """Return voices of espeak-ng, of any pace and pitch."""
    found = []
    for _ in range(count):
        voice = str(dice.choice(VOICES))
        language = "zh" if voice in {"cmn", "yue"} else "en"
        speed, pitch = int(dice.integers(130, 230)), int(dice.integers(25, 80))
        found.append(Speaker(language, f"{voice}+{dice.choice(VARIANTS)}", speed=speed, pitch=pitch))
    return found


def answers(studio: Studio, seed: int, count: int, voices: int) -> list[tuple[Answer, np.ndarray]]:
    """Return calls as they arrive."""
    dice = np.random.default_rng(seed)
    pool = speakers(np.random.default_rng(voices), 60)
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
        for look, at_s in enumerate(LOOKS_S):
            found = features(heard[: round(at_s / FRAME_S) * FRAME])
            if found is not None:
                x.append(found)
                y.append(each.is_machine)
                looks.append(look)
                whose.append(number)
    return np.array(x), np.array(y), np.array(looks), np.array(whose)


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
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415 - of the extra `dev`

    studio = Studio(Path(studio_folder), Path(prefix))
    x, y, _, _ = rows([call for seed in (1, 2) for call in answers(studio, seed, 1200, voices=101)])
    model = GradientBoostingClassifier(
        n_estimators=160, max_depth=4, learning_rate=0.08, subsample=0.6, min_samples_leaf=20, random_state=1
    ).fit(x, y)
    tried, truth, looks, whose = rows(answers(studio, 4, 1200, voices=104))
    score = model.predict_proba(tried)[:, 1]
    thresholds = chosen(score, truth, looks, whose)
    for look, threshold in enumerate(thresholds):
        found = (score[(looks == look) & truth] >= threshold).mean()
        sys.stdout.write(f"{LOOKS_S[look]} s: threshold {threshold:.3f}, machines found {found:.1%}\n")
    target = Path(__file__).parents[2] / "dialer" / "listening" / "answering.npz"
    np.savez_compressed(target, **_arrays(model, y), thresholds=np.array(thresholds, np.float32))


def _arrays(model: Any, y: np.ndarray) -> dict[str, np.ndarray]:
    trees = [each[0].tree_ for each in model.estimators_]
    most = max(tree.node_count for tree in trees)

    def filled(kind: type, of: Any) -> np.ndarray:
        result = np.full((len(trees), most), -1, kind)
        for row, tree in zip(result, trees, strict=True):
            row[: tree.node_count] = of(tree)
        return result

    return {
        "feature": filled(np.int32, lambda tree: np.where(tree.children_left < 0, -1, tree.feature)),
        "split": filled(np.float32, lambda tree: tree.threshold),
        "left": filled(np.int32, lambda tree: tree.children_left),
        "right": filled(np.int32, lambda tree: tree.children_right),
        "value": filled(np.float32, lambda tree: model.learning_rate * tree.value[:, 0, 0]),
        "start": np.array(np.log(y.mean() / (1 - y.mean()))),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
