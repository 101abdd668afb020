"""`callroom audit`: the first broken entry is named, and the exit code tells a script."""

import sqlite3
from pathlib import Path

import pytest

from agent_ui.__main__ import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Four entries: of four users."""
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    main(["db", "upgrade"])
    for login in ("li", "wang", "zhao", "qian"):
        assert main(["user", "add", login]) == 0
    capsys.readouterr()
    return tmp_path


def tamper(home: Path, *statements: str) -> None:
    connection = sqlite3.connect(home / "callroom.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_untouched_log_holds(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "head"]) == 0
    head = capsys.readouterr().out.strip()
    assert main(["audit", "verify", "--expect", head]) == 0
    told = capsys.readouterr().out
    assert "4 entries" in told
    assert head in told


def test_the_first_changed_entry_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(home, "UPDATE audit_log SET action = 'user.see' WHERE id IN (2, 3)")
    assert main(["audit", "verify"]) == 1
    assert "broken: entry 2 " in capsys.readouterr().out


def test_a_cut_end_is_noticed_even_if_the_head_was_moved_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "head"]) == 0
    head = capsys.readouterr().out.strip()
    back = "UPDATE audit_head SET entry_id = 2, link_hash = (SELECT link_hash FROM audit_log WHERE id = 2)"
    tamper(home, "DELETE FROM audit_log WHERE id > 2", back)
    assert main(["audit", "verify"]) == 1
    assert "entry 3 is gone, with all that follows up to entry 4" in capsys.readouterr().out
    (home / "audit-heads.log").unlink()
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "verify", "--expect", head]) == 1


def test_nonsense_to_expect_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "verify", "--expect", "7"])
    assert "is not like 1234:0f" in capsys.readouterr().err
