"""A pytest plugin: leaves out what test_mirror has run already, every deciding module's own tests."""

from pathlib import Path

from tests.architecture.mirror import module_of_tests
from tests.architecture.tree import ROOT

_MIRRORED = frozenset(ROOT / tests for tests in module_of_tests())


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """As pytest asks it: None leaves it to others."""
    return True if collection_path in _MIRRORED else None
