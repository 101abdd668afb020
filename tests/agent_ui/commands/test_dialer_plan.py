"""`callroom dialer plan`: a list of nobody's, and one of a campaign."""

import json
from pathlib import Path

import pytest

from agent_ui.__main__ import main
from tests.agent_ui.commands.test_campaign import Terminal, sheet

__all__ = ["sheet"]
FAST = ["dialer", "plan", "--agents", "2", "1", "--hours", "0.5", "--people", "50", "--mode", "progressive"]


def test_it_prints_a_table_and_a_chart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FAST, "--answers", "30", "--machines", "20", "--dead", "10"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("50 people, 0.5 h a day, progressive: 30.0% answer, talk 90 s")
    assert said[1].split()[:2] == ["agents", "days"]
    assert [line.split()[0] for line in said[2:4]] == ["1", "2"]
    assert any("the rules let people wait" in line for line in said)
    assert max(map(len, said)) <= 100
    assert said[-1].count("█") < said[-2].count("█") == 40


def test_a_terminal_sees_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    assert main([*FAST, "--json"]) == 0
    assert screen.getvalue().endswith("100%\n")


def test_a_campaign_s_own_list_and_rules(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["campaign", "import", "Spring", str(sheet)])
    capsys.readouterr()
    plan = ["dialer", "plan", "--campaign", "Spring", "--hours", "0.5", "--mode", "progressive", "--agents", "1"]
    assert main([*plan, "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["agents"], line["attempts"] < 2 * 8) == (1, True)
    assert main(["dialer", "plan", "--campaign", "Winter"]) == 1
    assert "Winter" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--hours", "25"], "from 0.5 to 24"),
        (["--talk-s", "much"], "from 5 to 3600"),
        (["--talk-s", "nan"], "from 5 to 3600"),
        (["--agents", "0"], "from 1 to 1000"),
    ],
)
def test_odd_numbers_are_refused_with_what_is_possible(
    capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    with pytest.raises(SystemExit):
        main([*FAST, *more])
    assert said in capsys.readouterr().err


def test_more_outcomes_than_attempts_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FAST, "--answers", "60", "--dead", "50"]) == 1
    assert "at most all attempts" in capsys.readouterr().err
    assert main([*FAST, "--answers", "0"]) == 1
