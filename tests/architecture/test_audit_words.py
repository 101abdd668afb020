"""Whatever is written into the audit log is read there in words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITERS = {"append", "audit", "act"}
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def _called(call: ast.Call) -> str:
    if not isinstance(call.func, ast.Attribute):
        return getattr(call.func, "id", "")
    of = call.func.value
    is_a_list_s = call.func.attr == "append" and getattr(of, "attr", getattr(of, "id", "")) != "audit"
    return "" if is_a_list_s else call.func.attr


def _written() -> Iterator[str]:
    for package in ("crm_core", "agent_ui"):
        for file in (ROOT / package).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call) and _called(call) in WRITERS:
                    said = (one.value for one in ast.walk(call) if isinstance(one, ast.Constant))
                    yield from (one for one in said if isinstance(one, str) and ACTION.fullmatch(one))


def _words(language: str, group: str) -> set[str]:
    text = (ROOT / f"agent_ui/web/src/i18n/{language}/audit.ts").read_text("utf-8")
    found = re.search(rf"^  {group}: {{\n(.*?)^  }},", text, re.M | re.S)
    assert found, group
    return set(re.findall(r"^    (\w+):", found[1], re.M))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_deed_has_words(language: str) -> None:
    deeds = {tuple(action.split(".")) for action in _written()}
    assert ("user", "change") in deeds
    kinds, verbs = _words(language, "kinds"), _words(language, "verbs")
    assert {(kind, verb) for kind, verb in deeds if kind not in kinds or verb not in verbs} == set()
