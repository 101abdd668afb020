from pathlib import Path

import pytest

from dialer.errors import OddDocument, UnknownWorkload
from dialer.simulation.workload import SHIPPED, Fate, load_workload, shipped_names


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_workloads_are_whole(name: str) -> None:
    workload = load_workload(name)
    assert workload.name == name
    assert sum(outcome.share for outcome in workload.outcomes) == pytest.approx(1.0)
    assert sum(part.share for part in workload.talk) == pytest.approx(1.0)
    assert workload.steps[0].at_s == 0


def test_all_that_the_benchmark_names_are_there() -> None:
    assert shipped_names() == ["S1", "S2", "S3", "S4", "S5", "S6", "W0", "W1", "W2", "W3"]


def test_anybodys_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text((SHIPPED / "W1.toml").read_text("utf-8").replace('"W1"', '"mine"'), "utf-8")
    assert load_workload(str(file)).name == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [("name = ", "Invalid value"), ('name = "x"', "about"), ('name = 3\nabout = ""', "Expected `str`")],
)
def test_what_is_no_workload_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(OddDocument, match=said):
        load_workload(str(file))


def test_neither_name_nor_file() -> None:
    with pytest.raises(UnknownWorkload, match="W0, W1"):
        load_workload("W9")


def test_a_step_holds_until_the_next() -> None:
    workload = load_workload("S2")
    assert [workload.step_at(at).answer_factor for at in (0, 10_799, 10_800, 14_399, 14_400)] == [1, 1, 3, 3, 1]
    assert workload.outcomes[0].fate is Fate.HUMAN
