"""For all tests: a busy machine makes no test of properties fail, which Hypothesis would let it by its deadline."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("callroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("callroom")

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


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The program makes its files private; a test that runs it within this process leaves that to no other."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
