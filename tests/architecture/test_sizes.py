"""A file is one noun, a function answers one question: the limits that no linter holds."""

import pytest

from tests.architecture.tree import PACKAGES, browser_files, functions, python_files, relative

FILE_LINES = 400
FUNCTION_LINES = 40
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc", "base"}


@pytest.mark.parametrize("path", [*python_files(*PACKAGES, "tests"), *browser_files()], ids=relative)
def test_a_file_stays_under_its_limit(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=relative)
def test_a_function_stays_under_its_limit(path):
    long = [
        f"{f.name} ({f.end_lineno - f.lineno + 1})"
        for f in functions(path)
        if f.end_lineno - f.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_module_is_a_drawer_for_everything():
    assert [relative(p) for p in python_files(*PACKAGES, "tests") if p.stem in FORBIDDEN_NAMES] == []


def test_an_import_path_is_at_most_three_deep():
    deep = [relative(p) for p in python_files(*PACKAGES) if relative(p).count("/") > 2]
    assert [p for p in deep if "/migrations/" not in p] == []
