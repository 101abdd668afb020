"""For all tests: a busy machine makes no test of properties fail, which Hypothesis would let it by its deadline."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("callroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("callroom")

# What takes a worker minutes: begun last, all others would wait for it. The first ones need no folder's installation.
_FIRST = ("test_corpus.py", "test_totals.py", "test_rights.py", "test_world.py")
_LONG = (
    "test_kill.py", "test_away.py", "test_campaign.py", "test_page.py", "test_two_callrooms.py", "test_trunk_away.py",
    "test_supervisor.py", "test_controls.py", "test_hostile.py", "test_routing.py", "test_admin.py",
    "test_persistent.py",
)  # fmt: skip

# Where `make test` looks for what needs Asterisk or Chromium.
_REAL = tuple(Path(__file__).parent / folder for folder in ("asterisk", "browser", "faults"))


def pytest_collection() -> None:
    """Thousands of modules and tests come and all stay: to look for garbage among them is a third of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Nor is it looked for among them while the tests run, and among what these leave not at every turn."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test of the real thing where nobody would run it."""
    for item in items:
        is_real = item.get_closest_marker("asterisk") or item.get_closest_marker("browser")
        if is_real and not any(item.path.is_relative_to(folder) for folder in _REAL):
            raise pytest.UsageError(f"{item.nodeid} needs the real thing: move it to tests/asterisk, browser or faults")
    folders = list(dict.fromkeys(item.path.parent for item in items))
    items.sort(key=lambda item: (item.path.name not in _FIRST, folders.index(item.path.parent), _rank(item.path.name)))


def _rank(file: str) -> int:
    return _LONG.index(file) if file in _LONG else len(_LONG)


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The program makes its files private; a test that runs it within this process leaves that to no other."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
