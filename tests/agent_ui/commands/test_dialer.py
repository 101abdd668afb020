import json

import pytest

from agent_ui.__main__ import main

FAST = ["dialer", "simulate", "--agents", "3", "--days", "1", "--rule", "progressive", "ratio", "--processes", "1"]


def test_it_prints_a_table_and_a_chart(capsys):
    assert main(FAST) == 0
    said = capsys.readouterr().out
    assert "| W1 | 3 | progressive |" in said
    assert "█" in said


def test_results_are_for_programs_too(capsys, tmp_path):
    assert main([*FAST, "--json", str(tmp_path / "results.json")]) == 0
    assert "| W1 | 3 | ratio |" in capsys.readouterr().out
    assert main([*FAST, "--json", "-"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "results.json").read_text())
    assert [(each["rule"], each["seed"], each["score"]["days"]) for each in printed] == [
        ("progressive", 11, 1),
        ("ratio", 11, 1),
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--rule", "magic"], "there is no rule magic; known are callroom"),
        (["--workload", "W9"], "there is no workload W9"),
    ],
)
def test_what_is_unknown_is_told_with_what_is_known(capsys, more, said):
    assert main([*FAST, *more]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--agents", "0"], "from 1 to 1000"),
        (["--agents", "ten"], "a whole number"),
        (["--agents", "²"], "a whole number"),
        (["--seeds", "9-3"], "a rising range"),
        (["--seeds", "1-2000"], "at most 1000"),
        (["--limit", "101"], "from 0 to 100"),
        (["--limit", "nan"], "from 0 to 100"),
        (["--limit", "much"], "a percentage"),
    ],
)
def test_odd_numbers_are_refused_with_what_is_possible(capsys, more, said):
    with pytest.raises(SystemExit):
        main([*FAST, *more])
    assert said in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told(capsys, tmp_path):
    assert main([*FAST, "--json", str(tmp_path / "none" / "x.json")]) == 1
    assert "none" in capsys.readouterr().err
