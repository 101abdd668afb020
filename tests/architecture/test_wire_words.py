"""Words that make Asterisk act stand in one place each, where their values are checked."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, python_files, relative

ONE_PLACE = {
    # who may write it, and nobody else
    "Originate": {"cti/ami/originate.py"},
    # a caller of the fallback queue is brought back, a leg is moved: constant contexts, checked extensions
    "Redirect": {"cti/ami/actions.py"},
    "Application": set(),
    "Command": set(),
    "System": set(),
    "agent-wait": {"cti/ami/originate.py"},
    # the dialplan's affair: [callroom-join], [callroom-outside]
    "Bridge": set(),
    "Dial": set(),
    "MixMonitor": {"ivr/talking.py"},
}


@cache
def strings(path: Path) -> set[str]:
    """Every literal of a module, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    }


@pytest.mark.parametrize("word", ONE_PLACE)
def test_the_word_stands_in_its_place_only(word: str) -> None:
    found = {relative(path) for path in python_files(*PACKAGES) if word in strings(path)}
    assert found == ONE_PLACE[word]


def test_only_the_encoders_write_frames() -> None:
    """A line end in a literal that is sent would be a second way to Asterisk."""
    found = {
        relative(path)
        for path in python_files("cti", "ivr", "recordings", "dialer")
        if any("Action:" in each for each in strings(path))
    }
    assert found == set()
