"""The command of `make soak`: what it is asked for, what it says, and that a part which breaks stops no other."""

from pathlib import Path

import pytest

from tests.faults import soak
from tests.faults.invariants import WrongRows
from tests.faults.soak import read
from tests.faults.soak_report import Part, Report, p50_and_max


def test_without_words_it_does_all_that_is_promised() -> None:
    given = read([])
    assert (given.kills, given.away_minutes, given.memory_minutes, given.day_hours) == (200, 10, 120, 24)
    assert (given.frozen_seconds, given.floors, given.attempt_kills) == (60, 10_000, 20)
    assert given.page == Path("BENCHMARKS.md")


@pytest.mark.parametrize(
    "words", [["--kills", "20"], ["--away-minutes", "1"], ["--only", "kills"], ["--only", "memory"]]
)
def test_a_short_run_writes_no_figures(words: list[str]) -> None:
    assert read(words).page is None


def test_a_part_that_is_not_there_is_refused() -> None:
    with pytest.raises(SystemExit):
        read(["--only", "kill"])


async def test_what_breaks_is_said_and_the_next_part_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def breaks(part: Part, *_: object) -> None:
        raise RuntimeError("no ports")

    async def is_wrong(part: Part, *_: object) -> None:
        part.wrong.append("one row too many")

    async def holds(part: Part, *_: object) -> None:
        part.figures["calls"] = 3

    monkeypatch.setattr(soak, "kills", breaks)
    monkeypatch.setattr(soak, "away", is_wrong)
    monkeypatch.setattr(soak, "day", holds)
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n<!-- floor -->\n## Floor\n<!-- /floor -->\n")
    words = [
        "--memory-minutes",
        "0",
        "--frozen-seconds",
        "0",
        "--attempt-kills",
        "0",
        "--traces",
        "2",
        "--floors",
        "2",
        "--out",
        str(tmp_path / "report.json"),
        "--page",
        str(page),
    ]
    assert await soak.run(read(words)) is False
    said = capsys.readouterr().out
    assert "kills (0.0 min): did not hold: broke off: RuntimeError no ports" in said
    assert said.strip().endswith("SOAK: kills, away did not hold")
    written = page.read_text()
    assert written.startswith("# Page\n\n<!-- floor -->\n## Floor")
    assert "- **away**: did not hold: one row too many" in written
    assert "| day | calls | 3 |" in written
    assert "| floors | stories | 2 |" in written
    assert "| traces | stories | 2 |" in written
    assert await soak.run(read(["--only", "day", "--out", str(tmp_path / "report.json")])) is True


def test_nothing_done_is_nothing_held() -> None:
    assert Report().held is False
    assert Report([Part("kills")]).held is True


def test_figures_are_seconds() -> None:
    assert p50_and_max([3.0, 1.0, 2.04]) == "p50 2.0, max 3.0 s of 3"
    assert p50_and_max([]) == "none"
    assert str(WrongRows(["a", "b"], ["c"])) == "a\nb\nc"
