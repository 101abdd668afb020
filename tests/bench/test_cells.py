import json
import math
from pathlib import Path

from tests.bench.cells import Asked, Kept, asked, live, not_run

CELLS = [*asked(("S1",), (3,), ("progressive", "ratio"), 1, seeds=(1, 2)), Asked("W0", 3, "bound", 0, 1)]


def say(_: str) -> None:
    """Nothing."""


def test_what_was_lived_is_kept_and_not_lived_again(tmp_path: Path) -> None:
    file = tmp_path / "new" / "cells.jsonl"
    first = Kept(file)
    live(CELLS[:2], first, 1, math.inf, say)
    again = Kept(file)
    assert again.results == first.results
    assert [result.rule for result in again.results.values()] == ["progressive", "ratio"]
    live(CELLS[:2], again, 1, math.inf, say)
    assert len(file.read_text("utf-8").splitlines()) == 2


def test_nothing_begins_after_the_time_is_over_and_all_of_it_is_named(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "cells.jsonl")
    live(CELLS, kept, 2, 0.0, say)
    assert kept.results == {}
    assert not_run(CELLS, kept) == [
        "progressive N = 3: S1 seeds 1-2",
        "ratio N = 3: S1 seeds 1-2",
        "bound N = 3: W0",
    ]


def test_a_bound_is_a_cell_without_a_score(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "cells.jsonl")
    result = CELLS[-1].live()
    kept.keep(CELLS[-1], result)
    assert Kept(tmp_path / "cells.jsonl").results == {CELLS[-1]: result}
    assert result.score is None


def test_nothing_is_taken_up_of_another_text(tmp_path: Path) -> None:
    file = tmp_path / "cells.jsonl"
    live(CELLS[:2], Kept(file), 1, math.inf, say)
    line, other = file.read_text("utf-8").splitlines()
    changed = json.dumps({**json.loads(line), "origin": "0" * 12})
    file.write_text(f"{changed}\n{other}\n", "utf-8")
    assert [cell.rule for cell in Kept(file).results] == ["ratio"]
