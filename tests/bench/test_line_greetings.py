import re

import numpy as np
import pytest

from tests.bench.line_greetings import CHOOSES, MACHINES, PEOPLE, TEACHES, WORDS, greeting, syllables
from tests.bench.line_people import MACHINES as ASKED_MACHINES
from tests.bench.line_people import PEOPLE as ASKED_PEOPLE
from tests.bench.line_training import BENCH_VARIANTS, CHOOSING, TAUGHT, TAUGHT_SLOWLY

_SOUNDS = re.compile(r"\w")


def bare(text: str) -> str:
    return "".join(_SOUNDS.findall(text.lower()))


def sentences(share: int) -> set[str]:
    dice = np.random.default_rng(share)
    return {
        bare(" ".join(greeting(language, share, dice, is_machine=is_machine)))
        for language in ("zh", "en")
        for is_machine in (False, True)
        for _ in range(2000)
    }


def test_no_sentence_of_the_bench_teaches_or_chooses():
    asked = {bare(" ".join(parts)) for said in (ASKED_PEOPLE, ASKED_MACHINES) for of in said.values() for parts in of}
    taught, chosen = sentences(TEACHES), sentences(CHOOSES)
    assert not asked & (taught | chosen)
    assert not taught & chosen


@pytest.mark.parametrize("templates", [PEOPLE, MACHINES])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shares_have_no_template_in_common(templates: dict[str, tuple[tuple[str, ...], ...]], language: str):
    taught, chosen = templates[language]
    assert not set(taught) & set(chosen)
    assert all(not set(first) & set(second) for first, second in WORDS[language].values())


def test_no_voice_has_two_shares_or_is_the_benchs():
    shares = [set(TAUGHT.variants), set(CHOOSING.variants), set(BENCH_VARIANTS)]
    assert sum(map(len, shares)) == len(set.union(*shares))
    seeds = [*TAUGHT.seeds, *TAUGHT_SLOWLY.seeds, *CHOOSING.seeds]
    assert len(set(seeds)) == len(seeds)


def test_a_bar_is_a_pause_and_every_slot_is_filled():
    dice = np.random.default_rng(1)
    said = [greeting("en", TEACHES, dice, is_machine=True) for _ in range(500)]
    assert {len(parts) for parts in said} >= {1, 2}
    assert not any(sign in part for parts in said for part in parts for sign in "{}|")


@pytest.mark.parametrize(("text", "count"), [
    ("喂,你好。", 3), ("你好,华联公司,请问找谁?", 10), ("Hello?", 2), ("John speaking.", 3),
    ("Hi, this is Mary.", 5), ("Good morning.", 3),
])  # fmt: skip
def test_syllables(text: str, count: int):
    assert syllables(text) == count


def test_most_people_say_little():
    dice = np.random.default_rng(2)
    said = [syllables(" ".join(greeting("zh", TEACHES, dice, is_machine=False))) for _ in range(600)]
    assert np.mean([each <= 4 for each in said]) == pytest.approx(0.65, abs=0.06)
    assert np.mean([each >= 7 for each in said]) == pytest.approx(0.10, abs=0.04)
