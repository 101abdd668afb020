"""Passwords at a terminal."""

import getpass
import io

import pytest

from agent_ui.commands import user
from crm_core.errors import Invalid


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def typing(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    answers = iter(lines)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))


def test_a_typed_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, "correct horse", "correct horse")
    password, shown = user.choose_password(generate=False)
    assert password == "correct horse"
    assert password not in shown


@pytest.mark.parametrize(
    ("lines", "problem"),
    [(("short",), "10 to 200"), (("x" * 201,), "10 to 200"), (("correct horse", "correct mouse"), "second time")],
)
def test_what_cannot_be_a_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], problem: str
) -> None:
    typing(monkeypatch, *lines)
    with pytest.raises(Invalid, match="password") as caught:
        user.choose_password(generate=False)
    assert problem in caught.value.problems[0].message


def test_nothing_typed_and_no_terminal_generate_one(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, "")
    first, shown = user.choose_password(generate=False)
    assert first == shown
    monkeypatch.setattr("sys.stdin", io.StringIO())
    second, _ = user.choose_password(generate=False)
    assert len(second) >= 20
    assert first != second
